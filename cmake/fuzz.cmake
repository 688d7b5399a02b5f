# Fuzzing (fuzz/targets.h). With HIKAE_FUZZ=ON and clang: one libFuzzer program a target, everything
# under the address and undefined-behaviour sanitizers. Always: the kept inputs as a test.
set(fuzz_sources fuzz/targets.cc fuzz/text_targets.cc fuzz/other_targets.cc fuzz/http_targets.cc
  src/pattern/plain_matcher_test.cc)
set(fuzz_libraries hikae_plan hikae_engine hikae_window hikae_delivery hikae_pattern hikae_stack
  hikae_runbook hikae_schedule hikae_net hikae_aws)

if(HIKAE_FUZZ)
  foreach(target IN ITEMS document expression selector schedule pattern template config journal http)
    add_executable(fuzz_${target} EXCLUDE_FROM_ALL fuzz/main.cc ${fuzz_sources})
    target_compile_definitions(fuzz_${target} PRIVATE HIKAE_FUZZ_TARGET=fuzz_${target})
    target_link_libraries(fuzz_${target} PRIVATE ${fuzz_libraries})
    target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer)
    list(APPEND fuzz_programs fuzz_${target})
  endforeach()
  add_custom_target(fuzz DEPENDS ${fuzz_programs})
endif()

if(HIKAE_TESTS)
  add_executable(fuzz_replay_tests fuzz/replay_test.cc ${fuzz_sources})
  target_link_libraries(fuzz_replay_tests PRIVATE ${fuzz_libraries} hikae_testing)
  add_test(NAME fuzz_replay COMMAND fuzz_replay_tests --gtest_brief=1)
  set_tests_properties(fuzz_replay PROPERTIES TIMEOUT 300)
endif()
