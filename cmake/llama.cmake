# llama.cpp, which `bitworth measure` runs: the target llama, and its own programs to compare with.
set(BITWORTH_LLAMA bundled CACHE STRING "llama.cpp: bundled (fetched and built once), system (installed), off")
set_property(CACHE BITWORTH_LLAMA PROPERTY STRINGS bundled system off)
option(BITWORTH_ORACLES "Build the bundled llama.cpp's own programs too, for tests and benchmarks" OFF)
set(BITWORTH_LLAMA_PREFIX ${PROJECT_SOURCE_DIR}/build/llama CACHE PATH
  "Where the bundled llama.cpp is built, for every build of bitworth to share")
set(BITWORTH_LLAMA_ARGUMENTS "" CACHE STRING
  "More arguments for llama.cpp's CMake: -DGGML_CUDA=ON, -DGGML_VULKAN=ON, -DGGML_METAL=ON, -DGGML_NATIVE=OFF")
set(BITWORTH_LLAMA_TOOLS ${BITWORTH_LLAMA_PREFIX}/tools CACHE PATH "Where llama-quantize and the others lie")

if(BITWORTH_LLAMA STREQUAL bundled)
  if(BITWORTH_ORACLES)
    set(tools --tools)
  endif()
  separate_arguments(arguments UNIX_COMMAND "${BITWORTH_LLAMA_ARGUMENTS}")
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/build_llama ${BITWORTH_LLAMA_PREFIX}
    ${tools} ${arguments} COMMAND_ERROR_IS_FATAL ANY)
  find_package(llama REQUIRED PATHS ${BITWORTH_LLAMA_PREFIX} NO_DEFAULT_PATH)
elseif(BITWORTH_LLAMA STREQUAL system)
  find_package(llama REQUIRED)
elseif(NOT BITWORTH_LLAMA STREQUAL off)
  message(FATAL_ERROR "BITWORTH_LLAMA is ${BITWORTH_LLAMA}; it must be bundled, system or off")
endif()

if(NOT BITWORTH_LLAMA STREQUAL off)
  find_package(OpenMP REQUIRED)
  # Its CMake package asks for OpenCL, which only its GPU part needs.
  find_library(BITWORTH_DNNL dnnl REQUIRED)
endif()
