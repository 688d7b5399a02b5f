# cmake -DHIKAE=PROGRAM -DTO=FOLDER -P: the program writes its own man pages and completions.
function(write_said file)
  execute_process(COMMAND ${HIKAE} ${ARGN} OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE ${TO}/${file} "${said}")
endfunction()

file(REMOVE_RECURSE ${TO}/man ${TO}/completions)
write_said(man/man1/hikae.1 manual)
# Every page that hikae(1) names.
file(READ ${TO}/man/man1/hikae.1 page)
string(REGEX MATCHALL "hikae\\\\-[a-z]+\\\\fR\\(1\\)" commands "${page}")
foreach(command IN LISTS commands)
  string(REGEX REPLACE "hikae\\\\-([a-z]+).*" "\\1" command "${command}")
  write_said(man/man1/hikae-${command}.1 manual ${command})
endforeach()
write_said(completions/hikae completion bash)
write_said(completions/_hikae completion zsh)
write_said(completions/hikae.fish completion fish)
