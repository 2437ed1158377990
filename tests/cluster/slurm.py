"""A real Slurm of one node, as root, with a folder and ports of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

# Debian's packages, with the programs of each that are needed here.
PACKAGES = {
    "munge": ("munged", "mungekey"),
    "slurm-client": ("sbatch", "squeue", "srun", "scontrol"),
    "slurmctld": ("slurmctld",),
    "slurmd": ("slurmd",),
}
CPUS = 2
MEMORY_MB = 4000
# Accounting polls the memory of a job's processes and ends the job when it exceeds its request.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldParameters=idle_on_node_suspend
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill,UsePss
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
ReturnToService=2
MinJobAge=3600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mb} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> str | None:
    """What keeps Slurm from running here, in one line."""
    packages = [
        package
        for package, programs in PACKAGES.items()
        if any(shutil.which(program) is None for program in programs)
    ]
    if packages:
        return f"Debian packages missing: {' '.join(packages)}"
    return None if os.geteuid() == 0 else "Slurm's daemons are started as root only"


class Slurm:
    """Daemons and their files; `environment` is what Slurm's commands need to find them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "slurm.conf"
        self.programs = folder / "bin"
        self.environment = {"SLURM_CONF": str(self.configuration)}
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start all daemons and wait until the node takes jobs."""
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        # The plugin's jobs drop Slurm's variables, and with them the way to the configuration.
        self.programs.mkdir()
        wrapper = self.programs / "srun"
        wrapper.write_text(
            f'#!/bin/sh\nSLURM_CONF={self.configuration} exec {shutil.which("srun")} "$@"\n',
            encoding="utf-8",
        )
        wrapper.chmod(0o755)
        controller_port, node_port = free_ports(2)
        self.configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder,
                host=socket.gethostname().split(".")[0],
                controller_port=controller_port,
                node_port=node_port,
                cpus=CPUS,
                memory_mb=MEMORY_MB,
            ),
            encoding="utf-8",
        )
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n", encoding="utf-8")
        key = self.folder / "munge.key"
        subprocess.run(["mungekey", "--create", f"--keyfile={key}"], check=True)
        self._start(
            *("munged", "--foreground", "--force", f"--key-file={key}"),
            f"--socket={self.folder}/munge.socket",
            *(f"--{name}-file={self.folder}/munged.{name}" for name in ("log", "pid", "seed")),
        )
        self._wait(lambda: (self.folder / "munge.socket").exists(), "munged")
        self.start_controller()
        self._start("slurmd", "-D", "-f", str(self.configuration))
        self._wait(lambda: "idle" in self.command("sinfo", "--noheader", "--format=%T"), "the node")

    def start_controller(self) -> None:
        """Start the controller and wait until it answers."""
        self._start("slurmctld", "-D", "-f", str(self.configuration))
        self._wait(lambda: "UP" in self.command("scontrol", "ping"), "slurmctld")

    def stop_controller(self) -> None:
        """End the controller as a system that restarts it does; jobs run on."""
        daemon = self._daemons.pop("slurmctld")
        daemon.terminate()
        daemon.wait(30)

    def command(self, *command: str) -> str:
        """Output of one of Slurm's commands, errors included."""
        return subprocess.run(
            command,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        ).stdout

    def logs(self) -> str:
        """The last that the daemons said."""
        return "\n".join(
            f"{path.name}:\n" + "\n".join(path.read_text(errors="replace").splitlines()[-20:])
            for path in sorted(self.folder.glob("*.out"))
        )

    def stop(self) -> None:
        """End the daemons, all jobs and whatever else was started with this configuration."""
        while processes := list(self.processes()):
            for process in processes:
                process.kill()
            psutil.wait_procs(processes, timeout=1)
        for daemon in self._daemons.values():
            daemon.wait()

    def _start(self, *command: str) -> None:
        with (self.folder / f"{command[0]}.out").open("ab") as output:
            self._daemons[command[0]] = subprocess.Popen(
                # A killed test run takes them along.
                ["setpriv", "--pdeathsig", "KILL", *command],
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait(self, ready: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not come up\n{self.logs()}")
            time.sleep(0.1)

    def processes(self) -> Iterator[psutil.Process]:
        """All that was started with this configuration: daemons, jobs, Snakemake."""
        own = self.environment.items()
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] == "slurmstepd":
                    # It overwrites its environment, but listens in the spool folder.
                    sockets = process.net_connections("unix")
                    mine = any(str(one.laddr).startswith(f"{self.folder}/") for one in sockets)
                else:
                    mine = own <= process.environ().items()
            except psutil.Error:
                continue  # it has ended
            if mine and process.pid != os.getpid():
                yield process


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
