# Installs the program, the library, its headers and a CMake package: find_package(bitworth) gives bitworth::bitworth.
include(CMakePackageConfigHelpers)
install(TARGETS bitworth EXPORT bitworth-targets FILE_SET HEADERS)
install(TARGETS bitworth_program)
install(EXPORT bitworth-targets NAMESPACE bitworth:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/bitworth)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/bitworth-config.cmake
  "include(CMakeFindDependencyMacro)\nfind_dependency(fmt)\nfind_dependency(ZLIB)\nfind_dependency(OpenSSL)\ninclude(\${CMAKE_CURRENT_LIST_DIR}/bitworth-targets.cmake)\n")
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/bitworth-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bitworth-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/bitworth-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/bitworth)
