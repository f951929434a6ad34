# The front door. On a fresh Debian 12 each target installs what it needs, then does its work.
BITWORTH := build/bitworth

FUZZ_SECONDS := 30
# llama.cpp, for `measure`: bundled (fetched and built once, about three minutes), system or off.
LLAMA ?= bundled
# What its CMake is told besides: make LLAMA_ARGUMENTS=-DGGML_CUDA=ON
LLAMA_ARGUMENTS ?=
WITH_LLAMA = -DBITWORTH_LLAMA=$$llama -DBITWORTH_LLAMA_ARGUMENTS="$(LLAMA_ARGUMENTS)"
# Sets $$llama for the lines after it. Where llama.cpp cannot be fetched or built, all but `measure` goes on without.
prepare_llama = llama=$(LLAMA); [ $$llama != bundled ] || scripts/build_llama build/llama $(1) $(LLAMA_ARGUMENTS) || \
	{ echo "llama.cpp cannot be had (see above): going on without \`bitworth measure\`" >&2; llama=off; }
# The core as WebAssembly, which makes saved reports answer: ON (about three minutes of one core, once) or OFF.
WASM ?= ON
prepare_wasm = wasm=$(WASM); [ $$wasm != ON ] || scripts/install_dependencies wasm || \
	{ echo "clang 19 for WebAssembly cannot be had (see above): reports will hold still" >&2; wasm=OFF; }
# The shipped case needs neither, so `make run` does not wait for them.
RUN_LLAMA := $(if $(wildcard build/llama/built),$(LLAMA),off)
RUN_WASM := $(if $(wildcard build/wasm/module.wasm),$(WASM),OFF)

.PHONY: run measure build program test install-dependencies install-test-dependencies format goldens bench capacity-errors rates fuzz clean

run: install-dependencies  ## build without waiting for llama.cpp, and answer the shipped case
	@$(MAKE) --no-print-directory program LLAMA=$(RUN_LLAMA) WASM=$(RUN_WASM)
	@$(BITWORTH) decide examples/support-chat.toml

measure: build        ## build, then quantize the shipped model and time it on this machine
	@$(BITWORTH) measure examples/distill-kq-3.7M.gguf --budget 2min --evidence build/distill-kq-3.7M.evidence.json

build: install-dependencies  ## leave the program at build/bitworth
	@$(MAKE) --no-print-directory program

program:
	@$(call prepare_llama); $(prepare_wasm); \
	cmake --preset release $(WITH_LLAMA) -DBITWORTH_WASM=$$wasm >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release --target bitworth_program

test: install-test-dependencies   ## every test, plain and under ASan + UBSan
	@$(call prepare_llama,--tools); $(prepare_wasm); \
	cmake --preset release -DBITWORTH_WERROR=ON $(WITH_LLAMA) -DBITWORTH_WASM=$$wasm >build/configure.log 2>&1 && \
	cmake --preset sanitize $(WITH_LLAMA) >>build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release
	@cmake --build --preset sanitize
	@ctest --preset sanitize
	@ctest --preset release

install-dependencies:
	@mkdir -p build
	@scripts/install_dependencies

install-test-dependencies:
	@mkdir -p build
	@scripts/install_dependencies test

format:               ## rewrite the sources in the house format
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 -i

goldens: build        ## regenerate tests/golden from the program; read the diff before committing
	@python3 tests/golden/run.py --program $(BITWORTH) --update

bench: install-dependencies
	@cmake --preset release -DBITWORTH_BENCHMARKS=ON >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release --target bitworth_bench
	@build/bitworth_bench

capacity-errors: install-dependencies  ## how far off capacities of the shipped cases are: two minutes
	@cmake --preset release -DBITWORTH_BENCHMARKS=ON >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release --target capacity_errors
	@build/capacity_errors

rates: install-test-dependencies  ## hold the rates of measure against llama-bench's: seven minutes of a quiet machine
	@$(call prepare_llama,--tools); \
	cmake --preset release -DBITWORTH_BENCHMARKS=ON $(WITH_LLAMA) >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset release --target llama_rates
	@build/llama_rates

fuzz: install-dependencies  ## run each fuzzer for FUZZ_SECONDS
	@scripts/install_fuzzer
	@cmake --preset fuzz >build/configure.log 2>&1 || (cat build/configure.log; exit 1)
	@cmake --build --preset fuzz --target bitworth_fuzzers
	@tests/fuzz/run build/fuzz $(FUZZ_SECONDS)

clean:
	@rm -rf build
