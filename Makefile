# The front door. On a fresh Debian 12 each target installs what it needs, then does its work.
BITWORTH := build/bitworth

.PHONY: run build test install-dependencies format goldens bench fuzz clean
FUZZ_SECONDS := 30

run: build            ## build and answer the shipped case
	@$(BITWORTH) decide examples/support-chat.toml

build: install-dependencies  ## leave the program at build/bitworth
	@cmake --preset release >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release --target bitworth_program

test: install-dependencies   ## every test, plain and under ASan + UBSan
	@cmake --preset release -DBITWORTH_WERROR=ON >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release
	@cmake --preset sanitize >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset sanitize
	@ctest --preset sanitize
	@ctest --preset release

install-dependencies:
	@mkdir -p build
	@scripts/install_dependencies

format:               ## rewrite the sources in the house format
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 -i

goldens: build        ## regenerate tests/golden from the program; read the diff before committing
	@python3 tests/golden/run.py --program $(BITWORTH) --update

bench: install-dependencies
	@cmake --preset release -DBITWORTH_BENCHMARKS=ON >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release --target bitworth_bench
	@build/bitworth_bench

fuzz: install-dependencies  ## run each fuzzer for FUZZ_SECONDS
	@scripts/install_fuzzer
	@cmake --preset fuzz >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset fuzz --target bitworth_fuzzers
	@tests/fuzz/run build/fuzz $(FUZZ_SECONDS)

clean:
	@rm -rf build
