wildcard_constraints:
    candidate=r"[0-9]+",


rule make_emg:
    input:
        recording=recording,
    output:
        emg="results/constrained/{place}emg/replicate-{replicate}.h5",
    params:
        settings=emg_settings,
        replicate="{replicate}",
        code=fingerprint("make_emg.py"),
    log:
        "results/logs/constrained/make_emg/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/make_emg/{place}replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime=5,
    script:
        "../scripts/make_emg.py"


rule build_circuit:
    output:
        circuit="results/constrained/{place}circuit/replicate-{replicate}.h5",
    params:
        settings=settings_of("circuit", "circuit"),
        replicate="{replicate}",
        code=fingerprint("build_circuit.py"),
    log:
        "results/logs/constrained/build_circuit/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/build_circuit/{place}replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime=10,
    script:
        "../scripts/build_circuit.py"


rule learn_gains:
    input:
        emg=before("emg", rules.make_emg.output.emg),
        circuit=before("circuit", rules.build_circuit.output.circuit),
    output:
        ground_truth="results/constrained/{place}ground_truth/replicate-{replicate}.h5",
    params:
        settings=settings_of("ground_truth", "dynamics", "gain_learning"),
        replicate="{replicate}",
        code=fingerprint("learn_gains.py"),
    log:
        "results/logs/constrained/learn_gains/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/learn_gains/{place}replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=20,
    script:
        "../scripts/learn_gains.py"


rule draw_sample:
    output:
        sample="results/constrained/{place}sample/replicate-{replicate}.h5",
    params:
        settings=settings_of("sample", neurons="circuit.neurons", muscles="emg.muscles"),
        replicate="{replicate}",
        code=fingerprint("draw_sample.py"),
    log:
        "results/logs/constrained/draw_sample/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/draw_sample/{place}replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime=5,
    script:
        "../scripts/draw_sample.py"


rule train_free:
    input:
        ground_truth=before("ground_truth", rules.learn_gains.output.ground_truth),
        sample=before("sample", rules.draw_sample.output.sample),
    output:
        network="results/constrained/{place}networks/FF/replicate-{replicate}.h5",
    params:
        settings=settings_of(
            "networks/FF",
            "network",
            muscle_fraction="sample.muscle_fraction",
            hinted_fraction=0.0,
        ),
        replicate="{replicate}",
        code=fingerprint("train_network.py"),
    log:
        "results/logs/constrained/train_free/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/train_free/{place}replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=20,
    script:
        "../scripts/train_network.py"


use rule train_free as train_hinted with:
    output:
        network="results/constrained/{place}networks/FFH/replicate-{replicate}.h5",
    params:
        settings=settings_of(
            "networks/FFH",
            "network",
            muscle_fraction="sample.muscle_fraction",
            hinted_fraction="sample.neuron_fraction",
        ),
        replicate="{replicate}",
        code=fingerprint("train_network.py"),
    log:
        "results/logs/constrained/train_hinted/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/train_hinted/{place}replicate-{replicate}.jsonl"


rule compare_networks:
    input:
        ground_truth=before("ground_truth", rules.learn_gains.output.ground_truth),
        free=before("networks/FF", rules.train_free.output.network),
        hinted=before("networks/FFH", rules.train_hinted.output.network),
    output:
        similarity="results/constrained/{place}similarity/replicate-{replicate}.h5",
    params:
        settings=settings_of("similarity", "similarity"),
        replicate="{replicate}",
        code=fingerprint("compare_networks.py"),
    log:
        "results/logs/constrained/compare_networks/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/compare_networks/{place}replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=10,
    script:
        "../scripts/compare_networks.py"


rule perturb_networks:
    input:
        circuit=before("circuit", rules.build_circuit.output.circuit),
        ground_truth=before("ground_truth", rules.learn_gains.output.ground_truth),
        free=before("networks/FF", rules.train_free.output.network),
        hinted=before("networks/FFH", rules.train_hinted.output.network),
    output:
        generalisation="results/constrained/{place}generalisation/replicate-{replicate}.h5",
    params:
        settings=settings_of(
            "generalisation",
            "dynamics",
            "gain_learning",
            "network",
            "generalisation",
            components="similarity.components",
        ),
        replicate="{replicate}",
        code=fingerprint("perturb_networks.py"),
    log:
        "results/logs/constrained/perturb_networks/{place}replicate-{replicate}.log",
    benchmark:
        "results/benchmarks/constrained/perturb_networks/{place}replicate-{replicate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=10,
    script:
        "../scripts/perturb_networks.py"


rule measure_network:
    input:
        ground_truth=lambda wildcards: collect(
            before("ground_truth", rules.learn_gains.output.ground_truth)(wildcards),
            replicate=replicates(),
        ),
        networks=compared_networks,
    output:
        measures="results/constrained/{place}measures/{network}.h5",
    params:
        settings=settings_of(
            "measures/{network}",
            components="similarity.components",
            replicates=list(replicates()),
        ),
        code=fingerprint("measure_network.py"),
    log:
        "results/logs/constrained/measure_network/{place}{network}.log",
    benchmark:
        "results/benchmarks/constrained/measure_network/{place}{network}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=10,
    script:
        "../scripts/measure_network.py"


rule plot_constrained:
    input:
        emg=rules.make_emg.output.emg.format(place="", replicate=1),
        circuits=of_all("circuit", rules.build_circuit.output.circuit),
        sample=rules.draw_sample.output.sample.format(place="", replicate=1),
        ground_truth=rules.learn_gains.output.ground_truth.format(place="", replicate=1),
        free=rules.train_free.output.network.format(place="", replicate=1),
        hinted=rules.train_hinted.output.network.format(place="", replicate=1),
        similarity=of_all("similarity", rules.compare_networks.output.similarity),
        generalisation=of_all("generalisation", rules.perturb_networks.output.generalisation),
    output:
        emg_fits=report(
            "results/figures/constrained/emg_fits.svg",
            caption="../report/captions/constrained/emg_fits.rst",
            category="Constrained dynamics",
            labels={"figure": "Muscle activity"},
        ),
        emg_fits_pdf="results/figures/constrained/emg_fits.pdf",
        circuit=report(
            "results/figures/constrained/circuit.svg",
            caption="../report/captions/constrained/circuit.rst",
            category="Constrained dynamics",
            labels={"figure": "Circuit"},
        ),
        circuit_pdf="results/figures/constrained/circuit.pdf",
        example_neurons=report(
            "results/figures/constrained/example_neurons.svg",
            caption="../report/captions/constrained/example_neurons.rst",
            category="Constrained dynamics",
            labels={"figure": "Example neurons"},
        ),
        example_neurons_pdf="results/figures/constrained/example_neurons.pdf",
        variance_explained=report(
            "results/figures/constrained/variance_explained.svg",
            caption="../report/captions/constrained/variance_explained.rst",
            category="Constrained dynamics",
            labels={"figure": "Variance explained"},
        ),
        variance_explained_pdf="results/figures/constrained/variance_explained.pdf",
        trajectories=report(
            "results/figures/constrained/trajectories.svg",
            caption="../report/captions/constrained/trajectories.rst",
            category="Constrained dynamics",
            labels={"figure": "Trajectories"},
        ),
        trajectories_pdf="results/figures/constrained/trajectories.pdf",
        canonical_correlations=report(
            "results/figures/constrained/canonical_correlations.svg",
            caption="../report/captions/constrained/canonical_correlations.rst",
            category="Constrained dynamics",
            labels={"figure": "Canonical correlations"},
        ),
        canonical_correlations_pdf="results/figures/constrained/canonical_correlations.pdf",
        unobserved_neurons=report(
            "results/figures/constrained/unobserved_neurons.svg",
            caption="../report/captions/constrained/unobserved_neurons.rst",
            category="Constrained dynamics",
            labels={"figure": "Unobserved neurons"},
        ),
        unobserved_neurons_pdf="results/figures/constrained/unobserved_neurons.pdf",
        generalisation=report(
            "results/figures/constrained/generalisation.svg",
            caption="../report/captions/constrained/generalisation.rst",
            category="Constrained dynamics",
            labels={"figure": "Generalisation"},
        ),
        generalisation_pdf="results/figures/constrained/generalisation.pdf",
        stages=report(
            "results/figures/constrained/stages.svg",
            caption="../report/captions/constrained/stages.rst",
            category="Constrained dynamics",
            labels={"figure": "Stages"},
        ),
        stages_pdf="results/figures/constrained/stages.pdf",
    params:
        settings=experiment(
            target_abscissa=lookup("constrained/circuit/target_abscissa", within=config),
        ),
        code=fingerprint("plot_constrained.py"),
    log:
        "results/logs/constrained/plot_constrained/all.log",
    benchmark:
        "results/benchmarks/constrained/plot_constrained/all.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/plot_constrained.py"


rule cca_report:
    input:
        circuits=rules.plot_constrained.input.circuits,
        ground_truth=of_all("ground_truth", rules.learn_gains.output.ground_truth),
        free=of_all("networks/FF", rules.train_free.output.network),
        hinted=of_all("networks/FFH", rules.train_hinted.output.network),
        similarity=rules.plot_constrained.input.similarity,
        generalisation=rules.plot_constrained.input.generalisation,
        sweeps=collect(rules.tabulate_sweep.output.table, sweep=sweeps_of("constrained")),
        sweep_figures=collect(rules.plot_sweep.output.figure_pdf, sweep=sweeps_of("constrained")),
        figures=[figure for figure in rules.plot_constrained.output if figure.endswith(".pdf")],
        template=report_file("cca_report.typ"),
        house=report_file("house.typ"),
        captions=captions_of(rules.plot_constrained.output),
    output:
        report=report(
            "results/cca_report.pdf",
            caption="../report/captions/constrained/cca_report.rst",
            category="Constrained dynamics",
            labels={"figure": "The whole report"},
        ),
        summary="results/cca_summary.json",
    params:
        settings=experiment(
            *(block for block in config["constrained"] if block != "search"),
            sweep={name: config["sweep"][name] for name in sweeps_of("constrained")},
        ),
        code=fingerprint("write_report.py"),
        texts=digests(
            report_file("cca_report.typ"),
            report_file("house.typ"),
            *captions_of(rules.plot_constrained.output),
        ),
    log:
        "results/logs/constrained/cca_report/all.log",
    benchmark:
        "results/benchmarks/constrained/cca_report/all.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/write_report.py"


rule try_settings:
    input:
        ground_truth=collect(
            shared_replicate("ground_truth", rules.learn_gains.output.ground_truth),
            place="",
            replicate=lookup("constrained/search/replicates", within=config),
        ),
        sample=collect(
            shared_replicate("sample", rules.draw_sample.output.sample),
            place="",
            replicate=lookup("constrained/search/replicates", within=config),
        ),
    output:
        candidate="results/constrained/search/candidate-{candidate}.h5",
    params:
        settings=lambda wildcards: experiment(
            "network",
            muscle_fraction=lookup("constrained/sample/muscle_fraction", within=config),
            neuron_fraction=lookup("constrained/sample/neuron_fraction", within=config),
            components=lookup("constrained/similarity/components", within=config),
            ranges=lookup("constrained/search/ranges", within=config),
            replicates=lookup("constrained/search/replicates", within=config),
            candidate=int(wildcards.candidate),
        ),
        code=fingerprint("try_settings.py"),
    log:
        "results/logs/constrained_search/try_settings/candidate-{candidate}.log",
    benchmark:
        "results/benchmarks/constrained_search/try_settings/candidate-{candidate}.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=20,
    script:
        "../scripts/try_settings.py"


rule plot_search:
    input:
        candidates=collect(
            rules.try_settings.output.candidate,
            candidate=range(lookup("constrained/search/candidates", within=config) + 1),
        ),
    output:
        search=report(
            "results/figures/constrained/search.svg",
            caption="../report/captions/constrained/search.rst",
            category="Constrained dynamics",
            labels={"figure": "Search for the settings"},
        ),
        search_pdf="results/figures/constrained/search.pdf",
    params:
        settings=experiment(),
        code=fingerprint("plot_search.py"),
    log:
        "results/logs/constrained_search/plot_search/all.log",
    benchmark:
        "results/benchmarks/constrained_search/plot_search/all.jsonl"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/plot_search.py"
