# The built web client (web-client/dist, by ops/build) as bytes in the program: ATELIER_WEB_SOURCES.
set(web_dist ${PROJECT_SOURCE_DIR}/web-client/dist)
file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web_dist}/*)
if(NOT EXISTS ${web_dist}/index.html)
  message(WARNING "web-client/dist is not there: atelierd is built without the web client. ops/build makes both.")
  set(ATELIER_WEB_SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/no_web.cpp)
else()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(web_source ${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp)
  add_custom_command(
    OUTPUT ${web_source}
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/embed.py ${web_dist} ${web_source} ${CMAKE_CURRENT_BINARY_DIR}/web
    DEPENDS ${web_files} ${CMAKE_CURRENT_SOURCE_DIR}/embed.py
    VERBATIM)
  # The compiler does not see what .incbin reads; the cache must not either.
  set_source_files_properties(${web_source} PROPERTIES OBJECT_DEPENDS "${web_files}")
  set(ATELIER_WEB_SOURCES ${web_source})
endif()
