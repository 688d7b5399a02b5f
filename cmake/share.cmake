# What is installed besides the program: man pages and completions, written by the program itself,
# and the documents. `cmake --install build [--prefix PREFIX]`; tools/package.sh makes a .deb of it.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(share ${CMAKE_BINARY_DIR}/share)
set(man_maker ${CMAKE_SOURCE_DIR}/tools/man_of_markdown.py)
add_custom_command(OUTPUT ${share}/written
  COMMAND ${CMAKE_COMMAND} -DHIKAE=$<TARGET_FILE:hikae> -DTO=${share}
    -P ${CMAKE_SOURCE_DIR}/cmake/write_share.cmake
  COMMAND ${Python3_EXECUTABLE} ${man_maker} ${CMAKE_SOURCE_DIR}/docs/configuration.md
    hikae.yaml 5 "what is backed up, when, and who is told" ${share}/man/man5/hikae.yaml.5
  COMMAND ${CMAKE_COMMAND} -E touch ${share}/written
  DEPENDS hikae ${CMAKE_SOURCE_DIR}/cmake/write_share.cmake ${man_maker}
    ${CMAKE_SOURCE_DIR}/docs/configuration.md)
add_custom_target(share ALL DEPENDS ${share}/written)

install(TARGETS hikae RUNTIME DESTINATION bin)
install(DIRECTORY ${share}/man DESTINATION share)
install(FILES ${share}/completions/hikae DESTINATION share/bash-completion/completions)
install(FILES ${share}/completions/_hikae DESTINATION share/zsh/site-functions)
install(FILES ${share}/completions/hikae.fish DESTINATION share/fish/vendor_completions.d)
install(FILES README.md README.ja.md CHANGELOG.md packaging/hikae.yaml DESTINATION share/doc/hikae)
install(DIRECTORY docs runbooks DESTINATION share/doc/hikae)
install(FILES LICENSE DESTINATION share/doc/hikae OPTIONAL)
# The unit names the program where it is; systemd reads it below /usr and /usr/local.
install(CODE "
  file(READ \"${CMAKE_SOURCE_DIR}/packaging/hikae.service\" unit)
  string(REPLACE \"/usr/bin/\" \"\${CMAKE_INSTALL_PREFIX}/bin/\" unit \"\${unit}\")
  file(WRITE \"${share}/hikae.service\" \"\${unit}\")")
install(FILES ${share}/hikae.service DESTINATION lib/systemd/system)
