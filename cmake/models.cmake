# Compiles the service models of Debian's python3-botocore into one flat table (tools/modelc) and
# links it in. Nothing is read from the package at run time.
set(HIKAE_BOTOCORE /usr/lib/python3/dist-packages/botocore/data CACHE PATH "botocore's models")
set(models_table ${CMAKE_BINARY_DIR}/models.bin)
set(models_overlay ${CMAKE_SOURCE_DIR}/tools/models-overlay.json)
file(GLOB modelc_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/modelc/*.cc)
add_executable(modelc ${modelc_sources})
target_include_directories(modelc PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(modelc PRIVATE Boost::json)
set_target_properties(modelc PROPERTIES UNITY_BUILD OFF)
add_custom_command(OUTPUT ${models_table}
  COMMAND modelc ${HIKAE_BOTOCORE} ${models_overlay} ${models_table}
  DEPENDS modelc ${models_overlay} ${HIKAE_BOTOCORE})
hikae_embed(hikae_models FILES ${models_table} SYMBOLS hikae_models_table)

file(GLOB runbook_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/runbooks/*.yaml)
if(runbook_files)
  foreach(file IN LISTS runbook_files)
    get_filename_component(stem ${file} NAME_WE)
    string(MAKE_C_IDENTIFIER hikae_runbook_${stem} symbol)
    list(APPEND runbook_symbols ${symbol})
  endforeach()
  hikae_embed(hikae_runbooks FILES ${runbook_files} SYMBOLS ${runbook_symbols})
else()
  add_library(hikae_runbooks INTERFACE)
endif()

# What `hikae demo` plays.
set(demo_folder ${CMAKE_SOURCE_DIR}/src/sim/demo)
hikae_embed(hikae_demo
  FILES ${demo_folder}/fleet.yaml ${demo_folder}/hikae.yaml ${demo_folder}/hooks.yaml
    ${demo_folder}/faults.yaml
  SYMBOLS hikae_demo_fleet hikae_demo_config hikae_demo_hooks hikae_demo_faults)
