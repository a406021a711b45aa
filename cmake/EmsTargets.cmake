# ems_library(telemetry_base SOURCES a.cpp PUBLIC x PRIVATE y): static library with the alias ems::telemetry_base.
function(ems_library name)
  cmake_parse_arguments(A "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(ems_${name} STATIC ${A_SOURCES})
  add_library(ems::${name} ALIAS ems_${name})
  target_link_libraries(ems_${name} PUBLIC ems_defaults ${A_PUBLIC} PRIVATE ${A_PRIVATE})
endfunction()

# ems_program(ems-ctl SOURCES main.cpp LIBS x): executable in build/bin.
function(ems_program name)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE ems_defaults ${A_LIBS})
  set_property(GLOBAL APPEND PROPERTY EMS_PROGRAMS ${name})
endfunction()

# ems_proto(telemetry_wire_pb a/b.proto ...): library of generated messages, included as "a/b.pb.h".
function(ems_proto name)
  set(sources)
  foreach(proto ${ARGN})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(out ${CMAKE_BINARY_DIR}/gen/${stem})
    add_custom_command(OUTPUT ${out}.pb.cc ${out}.pb.h
      COMMAND protobuf::protoc --cpp_out=${CMAKE_BINARY_DIR}/gen -I${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/${proto}
      DEPENDS ${CMAKE_SOURCE_DIR}/${proto} VERBATIM)
    list(APPEND sources ${out}.pb.cc ${out}.pb.h)
  endforeach()
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/gen)
  add_library(ems_${name} STATIC ${sources})
  add_library(ems::${name} ALIAS ems_${name})
  target_include_directories(ems_${name} SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/gen)
  target_link_libraries(ems_${name} PUBLIC protobuf::libprotobuf)
endfunction()

# ems_test(map_test LABELS unit SOURCES x_test.cpp LIBS ems::map_route): GoogleTest executable, every case a CTest test.
# SERIAL: nothing runs beside it, for what a processor must keep time with.
function(ems_test name)
  cmake_parse_arguments(A "SERIAL" "TIMEOUT" "SOURCES;LIBS;LABELS;ENVIRONMENT" ${ARGN})
  if(NOT A_LABELS)
    set(A_LABELS quick)
  endif()
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 60)
  endif()
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE ems_defaults ${A_LIBS} GTest::gmock_main)
  # What is tested is compiled as it ships (-O2); its tests cost a fifth less time with -O1, everybody's at every build.
  # -fPIC as Qt asks for it and -pthread as GLib does: one precompiled header serves all.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1> -fPIC -pthread)
  if(NOT EMS_FUZZER)
    target_precompile_headers(${name} REUSE_FROM ems_test_headers)
  endif()
  target_compile_definitions(${name} PRIVATE EMS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" EMS_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS "${A_LABELS}" TIMEOUT ${A_TIMEOUT} ENVIRONMENT "${A_ENVIRONMENT}" RUN_SERIAL ${A_SERIAL})
endfunction()
if(EMS_BUILD_TESTS)
  include(GoogleTest)
  # GoogleTest's headers are a third of what a test costs to compile; read once for all of them.
  if(NOT EMS_FUZZER)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/gen/test_headers.cpp CONTENT "int main() {}\n")
    add_executable(ems_test_headers ${CMAKE_BINARY_DIR}/gen/test_headers.cpp)
    target_link_libraries(ems_test_headers PRIVATE ems_defaults GTest::gmock_main)
    target_compile_options(ems_test_headers PRIVATE $<$<CONFIG:Release>:-O1> -fPIC -pthread)
    target_precompile_headers(ems_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
endif()

# ems_fuzz_target(jt808_fuzz SOURCES jt808_fuzz.cpp LIBS x): the target with a replay driver (tests/fuzz/replay_main.cpp; a
# fuzzer links its own main instead). A test runs RUNS (20000) damaged copies of the target's seeds.
function(ems_fuzz_target name)
  cmake_parse_arguments(A "" "RUNS" "SOURCES;LIBS" ${ARGN})
  if(NOT A_RUNS)
    set(A_RUNS 20000)
  endif()
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE ems_defaults ${A_LIBS})
  set_property(GLOBAL APPEND PROPERTY EMS_FUZZ_TARGETS ${name})
  if(EMS_FUZZER)
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/write_seeds.cpp)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
  add_test(NAME ${name} COMMAND ${name} --runs ${A_RUNS})
  set_tests_properties(${name} PROPERTIES LABELS quick TIMEOUT 60)
endfunction()
