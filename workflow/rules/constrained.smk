wildcard_constraints:
    replicate=r"[1-9][0-9]*",
    fraction=r"[0-9.e-]+",


rule make_emg:
    input:
        recording=recording(),
    output:
        emg="results/constrained/emg/replicate-{replicate}.h5",
    params:
        settings=settings_of("emg"),
        replicate="{replicate}",
        code=fingerprint("make_emg.py"),
    log:
        "results/logs/constrained/make_emg/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/make_emg/replicate-{replicate}.jsonl"
    threads: 1
    resources:
        mem_mb=400,
        runtime=5,
    script:
        "../scripts/make_emg.py"


rule build_circuit:
    output:
        circuit="results/constrained/circuit/replicate-{replicate}.h5",
    params:
        settings=settings_of("circuit"),
        replicate="{replicate}",
        code=fingerprint("build_circuit.py"),
    log:
        "results/logs/constrained/build_circuit/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/build_circuit/replicate-{replicate}.jsonl"
    threads: 1
    resources:
        mem_mb=400,
        runtime=10,
    script:
        "../scripts/build_circuit.py"


rule learn_gains:
    input:
        emg=from_replicate("emg", rules.make_emg.output.emg),
        circuit=from_replicate("circuit", rules.build_circuit.output.circuit),
    output:
        ground_truth="results/constrained/ground_truth/replicate-{replicate}.h5",
    params:
        settings=settings_of("dynamics", "gain_learning"),
        replicate="{replicate}",
        code=fingerprint("learn_gains.py"),
    log:
        "results/logs/constrained/learn_gains/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/learn_gains/replicate-{replicate}.jsonl"
    threads: 1
    resources:
        mem_mb=600,
        runtime=20,
    script:
        "../scripts/learn_gains.py"


rule draw_sample:
    output:
        sample="results/constrained/sample/replicate-{replicate}.h5",
    params:
        settings=settings_of(
            neurons=lookup("constrained/circuit/neurons", within=config),
            muscles=lookup("constrained/emg/muscles", within=config),
        ),
        replicate="{replicate}",
        code=fingerprint("draw_sample.py"),
    log:
        "results/logs/constrained/draw_sample/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/draw_sample/replicate-{replicate}.jsonl"
    threads: 1
    resources:
        mem_mb=400,
        runtime=5,
    script:
        "../scripts/draw_sample.py"


rule train_free:
    input:
        ground_truth=from_replicate("ground_truth", rules.learn_gains.output.ground_truth),
        sample=from_replicate("sample", rules.draw_sample.output.sample),
    output:
        network="results/constrained/networks/FF/replicate-{replicate}.h5",
    params:
        settings=settings_of("network", **observed_muscles(), hinted_fraction=0.0),
        replicate="{replicate}",
        code=fingerprint("train_network.py"),
    log:
        "results/logs/constrained/train_free/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/train_free/replicate-{replicate}.jsonl"
    threads: 1
    resources:
        mem_mb=600,
        runtime=20,
    script:
        "../scripts/train_network.py"


use rule train_free as train_hinted with:
    output:
        network="results/constrained/networks/FFH/observed-{fraction}/replicate-{replicate}.h5",
    params:
        settings=lambda wildcards: settings_of(
            "network", **observed_muscles(), hinted_fraction=float(wildcards.fraction)
        ),
        replicate="{replicate}",
        code=fingerprint("train_network.py"),
    log:
        "results/logs/constrained/train_hinted/observed-{fraction}/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/train_hinted/observed-{fraction}/replicate-{replicate}.jsonl"


rule compare_networks:
    input:
        ground_truth=from_replicate("ground_truth", rules.learn_gains.output.ground_truth),
        free=rules.train_free.output.network,
        hinted=hinted_network(rules.train_hinted.output.network),
    output:
        similarity="results/constrained/similarity/replicate-{replicate}.h5",
    params:
        settings=settings_of("similarity"),
        replicate="{replicate}",
        code=fingerprint("compare_networks.py"),
    log:
        "results/logs/constrained/compare_networks/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/compare_networks/replicate-{replicate}.jsonl"
    threads: 1
    resources:
        mem_mb=600,
        runtime=10,
    script:
        "../scripts/compare_networks.py"


rule perturb_networks:
    input:
        circuit=from_replicate("circuit", rules.build_circuit.output.circuit),
        ground_truth=from_replicate("ground_truth", rules.learn_gains.output.ground_truth),
        free=rules.train_free.output.network,
        hinted=hinted_network(rules.train_hinted.output.network),
    output:
        generalisation="results/constrained/generalisation/replicate-{replicate}.h5",
    params:
        settings=settings_of(
            "dynamics",
            "gain_learning",
            "network",
            "generalisation",
            components=lookup("constrained/similarity/components", within=config),
        ),
        replicate="{replicate}",
        code=fingerprint("perturb_networks.py"),
    log:
        "results/logs/constrained/perturb_networks/replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/perturb_networks/replicate-{replicate}.jsonl"
    threads: 1
    resources:
        mem_mb=600,
        runtime=10,
    script:
        "../scripts/perturb_networks.py"


rule gather_sweep_point:
    input:
        ground_truth=collect(
            from_replicate("ground_truth", rules.learn_gains.output.ground_truth),
            replicate=replicates(),
        ),
        networks=collect(
            rules.train_hinted.output.network, replicate=replicates(), allow_missing=True
        ),
    output:
        point="results/constrained/sweep/observed-{fraction}.h5",
    params:
        settings=lambda wildcards: settings_of(
            components=lookup("constrained/similarity/components", within=config),
            observed_fraction=float(wildcards.fraction),
            replicates=list(replicates()),
        ),
        code=fingerprint("gather_sweep_point.py"),
    log:
        "results/logs/constrained/gather_sweep_point/observed-{fraction}.log",
    benchmark:
        "results/benchmarks/constrained/gather_sweep_point/observed-{fraction}.jsonl"
    threads: 1
    resources:
        mem_mb=600,
        runtime=10,
    script:
        "../scripts/gather_sweep_point.py"


rule cca_report:
    input:
        similarity=collect(rules.compare_networks.output.similarity, replicate=replicates()),
        generalisation=collect(
            rules.perturb_networks.output.generalisation, replicate=replicates()
        ),
        sweep=collect(rules.gather_sweep_point.output.point, fraction=observed_fractions()),
    output:
        report=touch("results/cca_report.pdf"),
