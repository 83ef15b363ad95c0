# `make test` is all that a newcomer needs; `make ci` is what has to pass before a change lands.

.PHONY: test bench samples ci

test:
	tests/needs
	cargo test --workspace --locked

# Read the ratios; absolute times differ from machine to machine.
bench:
	cargo bench --bench events
	cargo bench -p postproof-mocks --bench reception
	cargo bench -p postproof-mocks --bench soak

# Writes the samples and the published schema anew after an intended change. Look at the diff.
samples:
	UPDATE_SAMPLES=1 cargo test --locked --test it report::

ci:
	bash .ci/run
