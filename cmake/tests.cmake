# One test executable a floor (floor0_tests …), one for what crosses folders (house_tests), and, for
# whoever works on a single folder, t_FOLDER (not part of `all`).
find_package(GTest REQUIRED)
find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
include(GoogleTest)

add_library(hikae_testing INTERFACE)
target_link_libraries(hikae_testing INTERFACE GTest::gmock GTest::gtest_main ${RAPIDCHECK_LIBRARY})
# What is tested is optimised, the tests themselves are not: they would take longer to compile than to
# run.
target_compile_options(hikae_testing INTERFACE -O0 -U_FORTIFY_SOURCE)
target_compile_definitions(hikae_testing INTERFACE
  HIKAE_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data" HIKAE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
  HIKAE_BINARY_DIR="${CMAKE_BINARY_DIR}")

get_property(folders GLOBAL PROPERTY HIKAE_FOLDERS)
foreach(folder IN LISTS folders)
  get_property(tests GLOBAL PROPERTY HIKAE_TESTS_${folder})
  get_property(floor GLOBAL PROPERTY HIKAE_FLOOR_${folder})
  if(NOT tests)
    continue()
  endif()
  list(APPEND floors ${floor})
  list(APPEND floor_${floor}_tests ${tests})
  list(APPEND floor_${floor}_folders hikae_${folder})
  add_executable(t_${folder} EXCLUDE_FROM_ALL ${tests})
  target_link_libraries(t_${folder} PRIVATE hikae_${folder} hikae_testing)
endforeach()

if(floors)
  list(REMOVE_DUPLICATES floors)
endif()
foreach(floor IN LISTS floors)
  add_executable(floor${floor}_tests ${floor_${floor}_tests})
  target_link_libraries(floor${floor}_tests PRIVATE ${floor_${floor}_folders} hikae_testing)
  # One ctest entry an executable: starting a process for each of the thousands of cases would take
  # longer than running them. GoogleTest names the failing case.
  add_test(NAME floor${floor} COMMAND floor${floor}_tests --gtest_brief=1)
  set_tests_properties(floor${floor} PROPERTIES TIMEOUT 600)
endforeach()

file(GLOB house_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*.cc)
if(house_tests AND TARGET hikae AND TARGET function_zips)
  file(GLOB function_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/functions/*_test.cc)
  add_executable(house_tests ${house_tests} ${function_tests})
  target_link_libraries(house_tests PRIVATE hikae_functions hikae_cli hikae_testing)
  add_dependencies(house_tests hikae function_zips)
  # For whoever works on the functions alone.
  add_executable(t_functions EXCLUDE_FROM_ALL ${function_tests} tests/lambda_functions_test.cc
    tests/lambda_double.cc tests/process.cc tests/serving_hikae.cc tests/world.cc tests/mail_reader.cc)
  target_link_libraries(t_functions PRIVATE hikae_functions hikae_cli hikae_testing)
  add_dependencies(t_functions hikae function_zips)
  foreach(tests IN ITEMS house_tests t_functions)
    target_compile_definitions(${tests} PRIVATE HIKAE_IS_RELEASE=$<CONFIG:Release>)
  endforeach()
  # The tests of a full disk and of a bad network mostly wait, on the real clock: they have entries of
  # their own, beside which the others run (./test).
  add_test(NAME disk_full COMMAND house_tests --gtest_brief=1 --gtest_filter=DiskFull*)
  add_test(NAME network COMMAND house_tests --gtest_brief=1 --gtest_filter=UnkindNight*)
  # The others wait for real servers as much as they work: in parts, one waits while another works.
  set(parts 3)
  foreach(part RANGE 1 ${parts})
    math(EXPR index "${part} - 1")
    add_test(NAME house_${part} COMMAND house_tests --gtest_brief=1
      --gtest_filter=-DiskFull*:UnkindNight*)
    set_tests_properties(house_${part} PROPERTIES TIMEOUT 900
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${parts};GTEST_SHARD_INDEX=${index}")
  endforeach()
  set_tests_properties(disk_full network PROPERTIES TIMEOUT 900)
  # What is installed, and the Debian package's whole life.
  add_test(NAME package COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/package_test.py
    ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  set_tests_properties(package PROPERTIES TIMEOUT 300)
endif()
