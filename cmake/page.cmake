# bitworth_page: the page of web/ as one HTML file, ${BITWORTH_PAGE}. npm fetches what package-lock.json pins.
find_program(NPM npm)
if(NOT NPM)
  message(FATAL_ERROR "npm is missing, which builds the page of web/: scripts/install_dependencies installs it")
endif()
set(BITWORTH_WEB ${PROJECT_SOURCE_DIR}/web)
set(BITWORTH_PAGE ${PROJECT_BINARY_DIR}/web/page.html)
set(page_modules ${BITWORTH_WEB}/node_modules/.package-lock.json)
file(GLOB_RECURSE page_sources CONFIGURE_DEPENDS ${BITWORTH_WEB}/src/*)
add_custom_command(
  OUTPUT ${page_modules}
  COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --silent
  COMMAND ${CMAKE_COMMAND} -E touch ${page_modules}
  DEPENDS ${BITWORTH_WEB}/package.json ${BITWORTH_WEB}/package-lock.json
  WORKING_DIRECTORY ${BITWORTH_WEB}
  COMMENT "Fetching what the page is built with"
  VERBATIM)
add_custom_command(
  OUTPUT ${BITWORTH_PAGE}
  COMMAND ${CMAKE_COMMAND} -E env BITWORTH_PAGE_DIR=${PROJECT_BINARY_DIR}/web ${NPM} run build --silent -- --logLevel warn
  DEPENDS ${page_sources} ${page_modules} ${BITWORTH_WEB}/page.html ${BITWORTH_WEB}/tsconfig.json
    ${BITWORTH_WEB}/vite.config.ts
  WORKING_DIRECTORY ${BITWORTH_WEB}
  COMMENT "Building the page"
  VERBATIM)
