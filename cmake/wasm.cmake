# The core as WebAssembly, for reports that no server answers. bitworth_module(<target>) gives the program
# report_module(): the module gzipped, as base64, or nothing. Run as a script it writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${INPUT} module)
  file(WRITE ${OUTPUT} "#include \"app/cli/report_module.hpp\"\n\nnamespace bitworth::cli {\n"
    "std::string_view report_module() {\n  return \"${module}\";\n}\n}  // namespace bitworth::cli\n")
  return()
endif()

find_program(BITWORTH_WASM_COMPILER clang++-19)
if(BITWORTH_WASM_COMPILER AND NOT DEFINED BITWORTH_WASM)
  # An empty module needs all that the core needs: linker, both standard libraries, the compiler's own.
  execute_process(COMMAND ${BITWORTH_WASM_COMPILER} --target=wasm32-wasi -mexec-model=reactor -x c++ /dev/null
    -o ${PROJECT_BINARY_DIR}/empty.wasm RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(failed EQUAL 0)
    set(default ON)
  endif()
endif()
option(BITWORTH_WASM "Put the core into reports as WebAssembly, so that their inputs can be changed" ${default})
if(BITWORTH_WASM AND NOT BITWORTH_WASM_COMPILER)
  message(FATAL_ERROR "clang++-19 is missing, which BITWORTH_WASM=ON needs: scripts/install_dependencies wasm installs it")
endif()

# Of the core everything; of what stands around it what reads and writes texts. Where the linker misses a name, its file
# is missing here.
set(wasm_modules units base stats llm hardware workload roofline serving quality economics decision)
set(wasm_formats architectures article_lists case_edit case_file case_load case_money case_options case_quality
  case_requests case_sections case_tenure case_without catalog defaults devices embedded kernels paired_outcomes paths prices
  quality_evidence quality_priors rules schemes toml_document toml_reader untrusted workloads)
set(wasm_reports charts_json crossover_json decision_json page_json point_of_today quality_json table
  worth_json worth_text)
set(wasm_serve answer capacity_shelf inputs_json question)
set(wasm_compile --target=wasm32-wasi -std=c++23 -Os -DNDEBUG -fno-exceptions -ffp-contract=off -DFMT_HEADER_ONLY
  -DFMT_EXCEPTIONS=0 -DJSON_NOEXCEPTION -DJSON_HAS_FILESYSTEM=0 -DJSON_HAS_EXPERIMENTAL_FILESYSTEM=0
  -DBITWORTH_VERSION=\"${PROJECT_VERSION}\" -I${PROJECT_SOURCE_DIR}/src -isystem ${PROJECT_SOURCE_DIR}/src/app/wasm/stand_ins)
set(wasm_link --target=wasm32-wasi -mexec-model=reactor -Wl,--strip-all -Wl,--stack-first -Wl,-z,stack-size=4194304)

function(wasm_sources result)
  foreach(module IN LISTS wasm_modules)
    file(GLOB found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/bitworth/${module}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  file(GLOB own CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/app/wasm/*.cpp)
  list(APPEND sources ${own})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/units/number\\.cpp$|/base/parallel\\.cpp$")
  list(TRANSFORM wasm_formats REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/bitworth/formats/\\1.cpp")
  list(TRANSFORM wasm_reports REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/bitworth/report/\\1.cpp")
  list(TRANSFORM wasm_serve REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/app/serve/\\1.cpp")
  set(${result} ${sources} ${wasm_formats} ${wasm_reports} ${wasm_serve} PARENT_SCOPE)
endfunction()

function(bitworth_module target)
  if(NOT BITWORTH_WASM)
    target_sources(${target} PRIVATE app/cli/report_module_none.cpp)
    return()
  endif()
  set(folder ${PROJECT_BINARY_DIR}/wasm)
  file(MAKE_DIRECTORY ${folder})
  file(GLOB data CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/*.toml)
  bitworth_embedded(${folder}/data.cpp ${data})
  wasm_sources(sources)
  foreach(source IN LISTS sources ITEMS ${folder}/data.cpp)
    string(REPLACE "${PROJECT_SOURCE_DIR}/src/" "" name ${source})
    string(MAKE_C_IDENTIFIER ${name} name)
    set(object ${folder}/${name}.o)
    add_custom_command(OUTPUT ${object}
      COMMAND ${CCACHE} ${BITWORTH_WASM_COMPILER} ${wasm_compile} -MD -MF ${object}.d -c ${source} -o ${object}
      DEPENDS ${source} DEPFILE ${object}.d COMMENT "WebAssembly: ${name}" VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  add_custom_command(OUTPUT ${folder}/module.wasm
    COMMAND ${BITWORTH_WASM_COMPILER} ${wasm_link} ${objects} -o ${folder}/module.wasm
    DEPENDS ${objects} COMMENT "Linking the core as WebAssembly" VERBATIM)
  add_custom_command(OUTPUT ${folder}/module.cpp
    COMMAND sh -c "gzip -9n <module.wasm | base64 -w0 >module.base64"
    COMMAND ${CMAKE_COMMAND} -DINPUT=module.base64 -DOUTPUT=module.cpp -P ${PROJECT_SOURCE_DIR}/cmake/wasm.cmake
    DEPENDS ${folder}/module.wasm ${PROJECT_SOURCE_DIR}/cmake/wasm.cmake WORKING_DIRECTORY ${folder} COMMENT "Packing the core" VERBATIM)
  target_sources(${target} PRIVATE ${folder}/module.cpp)
endfunction()
