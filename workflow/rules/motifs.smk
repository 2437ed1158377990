wildcard_constraints:
    kind=r"step|oscillatory",
    lesson=r"[1-9][0-9]*",
    part=r"lesson-[1-9][0-9]*|all-lessons",
    network=r"FFH?|[a-z_]+",
    architecture=r"[a-z_]+",
    units=r"[0-9]+",
    loops=r"[0-9]+",
    gain=r"[0-9.e-]+",
    loop_gain=r"[0-9.e-]+",
    chain=r"[0-9]+(-[0-9]+)*",


rule make_motifs:
    output:
        motifs="results/motifs/{place}library/{kind}/lesson-{lesson}/replicate-{replicate}.h5",
    params:
        settings=library_settings,
        replicate="{replicate}",
        code=fingerprint("make_motifs.py"),
    log:
        "results/logs/motifs/make_motifs/{place}{kind}/lesson-{lesson}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/make_motifs/{place}{kind}/lesson-{lesson}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime=5,
    script:
        "../scripts/make_motifs.py"


rule fit_exponentials:
    input:
        motifs=lambda wildcards: motifs_of(wildcards.kind),
    output:
        exponentials="results/motifs/exponentials/{kind}/replicate-{replicate}.h5",
    params:
        settings=motif_settings(
            fit=fit_settings(),
            exponentials=lookup("motifs/difficulty/exponentials", within=config),
        ),
        replicate="{replicate}",
        code=fingerprint("fit_exponentials.py"),
    log:
        "results/logs/motifs/fit_exponentials/{kind}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/fit_exponentials/{kind}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
    script:
        "../scripts/fit_exponentials.py"


rule draw_connectivity:
    output:
        connectivity="results/motifs/{place}connectivity/units-{units}/replicate-{replicate}.h5",
    params:
        settings=lambda wildcards: {
            "seed": Reader("connectivity", wildcards, "motifs").seed,
            "units": int(wildcards.units),
        },
        replicate="{replicate}",
        code=fingerprint("draw_connectivity.py"),
    log:
        "results/logs/motifs/draw_connectivity/{place}units-{units}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/draw_connectivity/{place}units-{units}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime=5,
    script:
        "../scripts/draw_connectivity.py"


rule train_preparatory_module:
    input:
        connectivity=lambda wildcards: at_place(
            rules.draw_connectivity.output.connectivity, "connectivity", wildcards
        ),
    output:
        module="results/motifs/{place}preparation/units-{units}-gain-{gain}-loops-{loops}/replicate-{replicate}.h5",
    params:
        settings=module_settings,
        replicate="{replicate}",
        code=fingerprint("train_preparatory_module.py"),
    log:
        "results/logs/motifs/train_preparatory_module/{place}units-{units}-gain-{gain}-loops-{loops}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/train_preparatory_module/{place}units-{units}-gain-{gain}-loops-{loops}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
        gpu=gpus(),
    script:
        "../scripts/train_preparatory_module.py"


rule train_motifs:
    input:
        motifs=lambda wildcards: motifs_for(wildcards.network, wildcards, wildcards.part),
        connectivity=lambda wildcards: connectivity_of(wildcards.network, wildcards),
        module=lambda wildcards: module_of(wildcards.network, wildcards),
    output:
        network="results/motifs/{place}networks/{network}/{part}/replicate-{replicate}.h5",
    params:
        settings=training_settings,
        replicate="{replicate}",
        code=fingerprint("train_motifs.py"),
    log:
        "results/logs/motifs/train_motifs/{place}{network}/{part}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/train_motifs/{place}{network}/{part}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=120,
        gpu=gpus(),
    script:
        "../scripts/train_motifs.py"


rule evaluate_network:
    input:
        motifs=lambda wildcards: motifs_for(wildcards.network, wildcards),
        connectivity=lambda wildcards: connectivity_of(wildcards.network, wildcards),
        module=lambda wildcards: module_of(wildcards.network, wildcards),
        networks=lambda wildcards: trained(wildcards.network, wildcards),
    output:
        evaluation="results/motifs/{place}evaluation/{network}/replicate-{replicate}.h5",
    params:
        settings=evaluation_settings,
        replicate="{replicate}",
        code=fingerprint("evaluate_network.py"),
    log:
        "results/logs/motifs/evaluate_network/{place}{network}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/evaluate_network/{place}{network}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=30,
        gpu=gpus(),
    script:
        "../scripts/evaluate_network.py"


rule measure_motif_network:
    input:
        evaluations=lambda wildcards: collect(
            at_place(
                rules.evaluate_network.output.evaluation,
                f"evaluation/{wildcards.network}",
                wildcards,
                network=wildcards.network,
            ),
            replicate=motif_replicates(),
        ),
        modules=lambda wildcards: collect(
            module_of(wildcards.network, wildcards), replicate=motif_replicates()
        ),
    output:
        measures="results/motifs/{place}measures/{network}.h5",
    params:
        settings=settings_of(
            "measures/{network}",
            study="motifs",
            failure_factor="evaluation.failure_factor",
            preparation_tau="preparation.duration_tau",
            replicates=list(motif_replicates()),
        ),
        code=fingerprint("measure_motif_network.py"),
    log:
        "results/logs/motifs/measure_motif_network/{place}{network}.log",
    benchmark:
        "results/benchmarks/motifs/measure_motif_network/{place}{network}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=10,
    script:
        "../scripts/measure_motif_network.py"


rule train_on_pairs:
    input:
        motifs=motifs_of("step"),
        connectivity=lambda wildcards: connectivity_of(wildcards.architecture),
    output:
        pairs="results/motifs/pairs/{architecture}-gain-{gain}-loops-{loop_gain}/replicate-{replicate}.h5",
    params:
        settings=lambda wildcards: motif_settings(
            "dynamics",
            "training",
            network=pair_network(wildcards),
        ),
        replicate="{replicate}",
        code=fingerprint("train_on_pairs.py"),
    log:
        "results/logs/motifs/train_on_pairs/{architecture}-gain-{gain}-loops-{loop_gain}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/train_on_pairs/{architecture}-gain-{gain}-loops-{loop_gain}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=120,
        gpu=gpus(),
    script:
        "../scripts/train_on_pairs.py"


rule learn_in_turn:
    input:
        motifs=motifs_of("step"),
        connectivity=connectivity_of("control"),
        together=trained("control"),
    output:
        forgetting="results/motifs/forgetting/replicate-{replicate}.h5",
    params:
        settings=network_blocks(
            Reader("networks/control", None, "motifs"),
            "control",
            training=lookup("motifs/training", within=config),
            evaluation=tests_of("control", lookup("motifs/evaluation", within=config)),
            iterations=lookup("motifs/forgetting/iterations", within=config),
        ),
        replicate="{replicate}",
        code=fingerprint("learn_in_turn.py"),
    log:
        "results/logs/motifs/learn_in_turn/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/learn_in_turn/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
        gpu=gpus(),
    script:
        "../scripts/learn_in_turn.py"


rule build_thalamocortical_model:
    input:
        motifs=motifs_of("step"),
    output:
        model="results/motifs/thalamocortical/replicate-{replicate}.h5",
    params:
        settings=motif_settings(
            "dynamics",
            "thalamocortical",
            preparation_tau=lookup("motifs/preparation/duration_tau", within=config),
            evaluation=tests_of("control", lookup("motifs/evaluation", within=config)),
        ),
        replicate="{replicate}",
        code=fingerprint("build_thalamocortical_model.py"),
    log:
        "results/logs/motifs/build_thalamocortical_model/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/build_thalamocortical_model/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    script:
        "../scripts/build_thalamocortical_model.py"


rule produce_chain:
    input:
        motifs=motifs_of("step"),
        connectivity=[connectivity_of(network) for network in CHAINED],
        module=module_of("additive_prepared"),
        additive=trained("additive"),
        additive_prepared=trained("additive_prepared"),
    output:
        chain="results/motifs/chains/{chain}/replicate-{replicate}.h5",
    params:
        settings=lambda wildcards: motif_settings(
            "dynamics",
            chain=[int(number) for number in wildcards.chain.split("-")],
            networks={network: network_settings(network) for network in CHAINED},
            preparation_tau=lookup("motifs/preparation/duration_tau", within=config),
            device=device(),
        ),
        replicate="{replicate}",
        code=fingerprint("produce_chain.py"),
    log:
        "results/logs/motifs/produce_chain/{chain}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/motifs/produce_chain/{chain}/replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
        gpu=gpus(),
    script:
        "../scripts/produce_chain.py"


rule plot_chain:
    input:
        chain=rules.produce_chain.output.chain.replace("{replicate}", "1"),
    output:
        chain=report(
            "results/figures/motifs/chain_{chain}.svg",
            caption="../report/captions/motifs/chain.rst",
            category="Motor motifs",
            labels={"figure": "Chain {chain}"},
        ),
        chain_pdf="results/figures/motifs/chain_{chain}.pdf",
    params:
        settings=lambda wildcards: motif_settings(chain=wildcards.chain),
        code=fingerprint("plot_chain.py"),
    log:
        "results/logs/motifs/plot_chain/{chain}.log",
    benchmark:
        "results/benchmarks/motifs/plot_chain/{chain}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/plot_chain.py"


rule plot_motifs:
    input:
        step_motifs=collect(motifs_of("step"), replicate=1),
        oscillatory_motifs=collect(motifs_of("oscillatory"), replicate=1),
        exponentials=collect(
            rules.fit_exponentials.output.exponentials,
            kind=["step", "oscillatory"],
            replicate=1,
        ),
        connectivity=connectivity_of("additive_prepared").replace("{replicate}", "1"),
        modules=collect(
            module_of("additive_prepared") + module_of("multiplicative_prepared"),
            replicate=motif_replicates(),
        ),
        swept=swept_modules(),
        networks=first_lessons(),
        evaluations=evaluations(),
        pairs=pair_results(),
        forgetting=collect(rules.learn_in_turn.output.forgetting, replicate=motif_replicates()),
        thalamocortical=collect(
            rules.build_thalamocortical_model.output.model, replicate=motif_replicates()
        ),
    output:
        library=report(
            "results/figures/motifs/library.svg",
            caption="../report/captions/motifs/library.rst",
            category="Motor motifs",
            labels={"figure": "Motifs"},
        ),
        library_pdf="results/figures/motifs/library.pdf",
        exponentials=report(
            "results/figures/motifs/exponentials.svg",
            caption="../report/captions/motifs/exponentials.rst",
            category="Motor motifs",
            labels={"figure": "Difficulty of the motifs"},
        ),
        exponentials_pdf="results/figures/motifs/exponentials.pdf",
        errors=report(
            "results/figures/motifs/errors.svg",
            caption="../report/captions/motifs/errors.rst",
            category="Motor motifs",
            labels={"figure": "Errors of all networks"},
        ),
        errors_pdf="results/figures/motifs/errors.pdf",
        zero_shot=report(
            "results/figures/motifs/zero_shot.svg",
            caption="../report/captions/motifs/zero_shot.rst",
            category="Motor motifs",
            labels={"figure": "Transitions without preparation"},
        ),
        zero_shot_pdf="results/figures/motifs/zero_shot.pdf",
        interrupted=report(
            "results/figures/motifs/interrupted.svg",
            caption="../report/captions/motifs/interrupted.rst",
            category="Motor motifs",
            labels={"figure": "Interrupted motifs"},
        ),
        interrupted_pdf="results/figures/motifs/interrupted.pdf",
        noise=report(
            "results/figures/motifs/noise.svg",
            caption="../report/captions/motifs/noise.rst",
            category="Motor motifs",
            labels={"figure": "Noise in the initial state"},
        ),
        noise_pdf="results/figures/motifs/noise.pdf",
        pairs=report(
            "results/figures/motifs/pairs.svg",
            caption="../report/captions/motifs/pairs.rst",
            category="Motor motifs",
            labels={"figure": "All pairs of motifs"},
        ),
        pairs_pdf="results/figures/motifs/pairs.pdf",
        preparation=report(
            "results/figures/motifs/preparation.svg",
            caption="../report/captions/motifs/preparation.rst",
            category="Motor motifs",
            labels={"figure": "Preparatory module"},
        ),
        preparation_pdf="results/figures/motifs/preparation.pdf",
        learning=report(
            "results/figures/motifs/learning.svg",
            caption="../report/captions/motifs/learning.rst",
            category="Motor motifs",
            labels={"figure": "Learning curves"},
        ),
        learning_pdf="results/figures/motifs/learning.pdf",
        forgetting=report(
            "results/figures/motifs/forgetting.svg",
            caption="../report/captions/motifs/forgetting.rst",
            category="Motor motifs",
            labels={"figure": "Forgetting"},
        ),
        forgetting_pdf="results/figures/motifs/forgetting.pdf",
        thalamocortical=report(
            "results/figures/motifs/thalamocortical.svg",
            caption="../report/captions/motifs/thalamocortical.rst",
            category="Motor motifs",
            labels={"figure": "Analytic thalamocortical model"},
        ),
        thalamocortical_pdf="results/figures/motifs/thalamocortical.pdf",
        stages=report(
            "results/figures/motifs/stages.svg",
            caption="../report/captions/motifs/stages.rst",
            category="Motor motifs",
            labels={"figure": "Stages"},
        ),
        stages_pdf="results/figures/motifs/stages.pdf",
        performance=report(
            collect("results/figures/motifs/performance_{network}.svg", network=motif_networks()),
            caption="../report/captions/motifs/performance.rst",
            category="Motor motifs",
            labels={"figure": "Every motif of a network"},
        ),
        performance_pdf=collect(
            "results/figures/motifs/performance_{network}.pdf", network=motif_networks()
        ),
    params:
        settings=motif_settings(
            prepared={name: network_settings(name)["prepared"] for name in motif_networks()},
            gains=[network_settings(name)["gain"] for name in MODULES],
            preparation_tau=lookup("motifs/preparation/duration_tau", within=config),
            wide_std=network_settings("additive_wide")["initial_std"],
            failure_factor=lookup("motifs/evaluation/failure_factor", within=config),
        ),
        code=fingerprint("plot_motifs.py"),
    log:
        "results/logs/motifs/plot_motifs/all.log",
    benchmark:
        "results/benchmarks/motifs/plot_motifs/all.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=20,
    script:
        "../scripts/plot_motifs.py"


rule motif_report:
    input:
        modules=rules.plot_motifs.input.modules,
        swept=rules.plot_motifs.input.swept,
        networks=rules.plot_motifs.input.networks,
        evaluations=rules.plot_motifs.input.evaluations,
        pairs=rules.plot_motifs.input.pairs,
        exponentials=rules.plot_motifs.input.exponentials,
        forgetting=rules.plot_motifs.input.forgetting,
        thalamocortical=rules.plot_motifs.input.thalamocortical,
        chains=collect(
            rules.produce_chain.output.chain.replace("{replicate}", "1"), chain=chain_names()
        ),
        figures=[figure for figure in rules.plot_motifs.output if figure.endswith(".pdf")],
        chain_figures=collect(rules.plot_chain.output.chain_pdf, chain=chain_names()),
        template=report_file("motif_report.typ"),
        house=report_file("house.typ"),
        sweep_figures=collect(rules.plot_sweep.output.figure_pdf, sweep=sweeps_of("motifs")),
        sweeps=collect(rules.tabulate_sweep.output.table, sweep=sweeps_of("motifs")),
        captions=motif_captions(),
    output:
        report=report(
            "results/motif_report.pdf",
            caption="../report/captions/motifs/motif_report.rst",
            category="Motor motifs",
            labels={"figure": "The whole report"},
        ),
        summary="results/motif_summary.json",
    params:
        settings=motif_settings(
            *config["motifs"],
            chain_names=chain_names(),
            sweep={name: config["sweep"][name] for name in sweeps_of("motifs")},
        ),
        code=fingerprint("write_motif_report.py"),
        texts=digests(report_file("motif_report.typ"), report_file("house.typ"), *motif_captions()),
    log:
        "results/logs/motifs/motif_report/all.log",
    benchmark:
        "results/benchmarks/motifs/motif_report/all.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/write_motif_report.py"
