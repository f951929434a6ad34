# bitworth_embed(<target> <file>...): compiles text files into the target as C++ string literals, reachable
# through bitworth::formats::embedded_file(name). bitworth_embedded(<source> <file>...) only makes the source.
# Run as a script it writes it.
if(CMAKE_SCRIPT_MODE_FILE)
  file(WRITE ${OUTPUT} "#include <string_view>\n#include <utility>\n\nnamespace bitworth::formats {\n"
    "extern const std::pair<std::string_view, std::string_view> embedded_files[];\n"
    "extern const unsigned long embedded_file_count;\n"
    "const std::pair<std::string_view, std::string_view> embedded_files[] = {\n")
  set(count 0)
  string(REPLACE "|" ";" INPUTS "${INPUTS}")
  foreach(input IN LISTS INPUTS)
    get_filename_component(name ${input} NAME)
    file(READ ${input} text)
    file(APPEND ${OUTPUT} "    {\"${name}\", R\"~embedded~(")
    file(APPEND ${OUTPUT} "${text}")
    file(APPEND ${OUTPUT} ")~embedded~\"},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  file(APPEND ${OUTPUT} "};\nconst unsigned long embedded_file_count = ${count};\n}  // namespace bitworth::formats\n")
  return()
endif()

set(BITWORTH_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(bitworth_embedded output)
  list(JOIN ARGN "|" inputs)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${output}" "-DINPUTS=${inputs}" -P ${BITWORTH_EMBED_SCRIPT}
    DEPENDS ${ARGN} ${BITWORTH_EMBED_SCRIPT}
    VERBATIM)
endfunction()

function(bitworth_embed target)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_data.cpp)
  bitworth_embedded(${output} ${ARGN})
  target_sources(${target} PRIVATE ${output})
endfunction()
