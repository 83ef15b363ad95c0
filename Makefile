# `make test` is all that a newcomer needs; `make ci` is what has to pass before a change lands.

.PHONY: test bench samples matrix ci

test:
	tests/needs
	cargo test --workspace --locked

# Read the ratios; absolute times differ from machine to machine. What `load` reaches is written to reports/samples/bench.md;
# BENCH_FULL=1 sends as much and as long as its figures ask for, which takes a quarter of an hour.
bench:
	benches/needs
	cargo bench --bench load
	cargo bench --bench oracle
	cargo bench --bench parallel
	cargo bench --bench compare
	cargo bench --bench events
	cargo bench -p postproof-mocks --bench reception
	cargo bench -p postproof-mocks --bench soak

# Writes the samples and the published schema anew after an intended change. Look at the diff.
samples:
	UPDATE_SAMPLES=1 cargo test --locked --test it report::

# Measures which cases find which defect, and writes data/kills.txt and README's table anew. Look at the diff.
matrix:
	UPDATE_SAMPLES=1 cargo test --locked --test it matrix::

ci:
	bash .ci/run
