# The Lambda functions (functions/): each a static program for provided.al2023, stripped, and its zip
# in BUILD/functions/. They run on any glibc and on none, so everything in them comes from archives.
set(function_services ec2 ssm sns sts)
set(function_folders upkeep delivery retention aws net text base)
set(function_output ${CMAKE_BINARY_DIR}/functions)

# The service models of those services only: all of them would be three quarters of the program.
set(function_models ${CMAKE_BINARY_DIR}/function-models.bin)
add_custom_command(OUTPUT ${function_models}
  COMMAND modelc ${HIKAE_BOTOCORE} ${models_overlay} ${function_models} ${function_services}
  DEPENDS modelc ${models_overlay} ${HIKAE_BOTOCORE})
hikae_embed(hikae_function_models FILES ${function_models} SYMBOLS hikae_models_table)

# What the mains share. Of `os` and `cli` only these files: the rest would bring the whole house.
add_library(hikae_functions STATIC functions/runtime.cc functions/function_main.cc)
target_include_directories(hikae_functions PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(hikae_functions PUBLIC fmt::fmt-header-only)
add_library(hikae_function_world STATIC src/cli/aws_machines.cc src/os/real_loop.cc
  src/os/data_folder.cc)
target_include_directories(hikae_function_world PUBLIC ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(hikae_function_world PUBLIC fmt::fmt-header-only)
set_target_properties(hikae_functions hikae_function_world PROPERTIES UNITY_BUILD OFF)

foreach(library IN ITEMS ssl crypto boost_json pugixml yaml)
  find_library(STATIC_${library} lib${library}.a REQUIRED)
  list(APPEND function_archives ${STATIC_${library}})
endforeach()

# So that the linker can drop what no function calls; in the program itself next to all is called.
foreach(folder IN LISTS function_folders)
  target_compile_options(hikae_${folder} PRIVATE
    $<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
endforeach()
foreach(library IN ITEMS hikae_functions hikae_function_world)
  target_compile_options(${library} PRIVATE -ffunction-sections -fdata-sections)
endforeach()

# Not target_link_libraries: those would name the shared OpenSSL and Boost.
foreach(folder IN LISTS function_folders)
  list(APPEND function_archives_of_ours $<TARGET_FILE:hikae_${folder}>)
  list(APPEND function_targets hikae_${folder})
endforeach()

function(hikae_function name)
  set(program function_${name})
  string(REPLACE _ - dashed ${name})
  add_executable(${program} functions/${name}.cc)
  target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${program} PRIVATE fmt::fmt-header-only
    -Wl,--start-group $<TARGET_FILE:hikae_functions> $<TARGET_FILE:hikae_function_world>
    ${function_archives_of_ours} $<TARGET_FILE:hikae_function_models> ${function_archives}
    -Wl,--end-group)
  add_dependencies(${program} hikae_functions hikae_function_world hikae_function_models
    ${function_targets})
  set_target_properties(${program} PROPERTIES UNITY_BUILD OFF
    OUTPUT_NAME bootstrap RUNTIME_OUTPUT_DIRECTORY ${function_output}/${name}
    LINK_DEPENDS "${function_archives}")
  # Loaded at an address of chance all the same, without a loader.
  # Its own start-up code reads the packed relocations, so no loader has to know them.
  target_link_options(${program} PRIVATE -static-pie -Wl,--gc-sections -s
    -Wl,-z,pack-relative-relocs
    $<$<BOOL:${MOLD}>:-Wl,--icf=safe>)
  add_custom_command(OUTPUT ${function_output}/hikae-${dashed}.zip
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/zip_bootstrap.py
      $<TARGET_FILE:${program}> ${function_output}/hikae-${dashed}.zip
    DEPENDS ${program} ${CMAKE_SOURCE_DIR}/tools/zip_bootstrap.py)
  set_property(GLOBAL APPEND PROPERTY HIKAE_FUNCTION_ZIPS ${function_output}/hikae-${dashed}.zip)
endfunction()

find_package(Python3 REQUIRED COMPONENTS Interpreter)
hikae_function(retention)
hikae_function(agent_check)
hikae_function(report)
get_property(function_zips GLOBAL PROPERTY HIKAE_FUNCTION_ZIPS)
add_custom_target(function_zips ALL DEPENDS ${function_zips})
install(FILES ${function_zips} DESTINATION share/hikae/functions)
