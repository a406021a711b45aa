# Language level, warnings, hardening and sanitizers, carried by the interface target ems_defaults.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

option(EMS_BUILD_TESTS "Build the tests" ON)
set(EMS_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

find_program(EMS_CCACHE ccache)
if(EMS_CCACHE)
  # Paths below the checkout are hashed relative to it, so that one checkout's objects serve another. The sloppiness is what
  # ccache asks for to keep what was compiled with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${EMS_CCACHE})
endif()

option(EMS_FUZZER "Link the fuzz targets with libFuzzer (Clang only)" OFF)

add_library(ems_defaults INTERFACE)
target_include_directories(ems_defaults INTERFACE ${CMAKE_SOURCE_DIR})
# The warnings are those of GCC, with which the product is built; Clang only builds fuzz targets.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(ems_defaults INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wduplicated-cond -Wlogical-op -Werror)
endif()
target_compile_options(ems_defaults INTERFACE -fstack-protector-strong)
if(EMS_FUZZER)
  target_compile_options(ems_defaults INTERFACE -fsanitize=fuzzer-no-link
    -include ${CMAKE_SOURCE_DIR}/tests/fuzz/source_location_shim.h)
endif()
target_compile_definitions(ems_defaults INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(ems_defaults INTERFACE -Wl,-z,relro,-z,now)
if(EMS_SANITIZE)
  target_compile_options(ems_defaults INTERFACE -fsanitize=${EMS_SANITIZE} -fno-omit-frame-pointer -g)
  if(EMS_SANITIZE STREQUAL "thread")
    # Asio's atomic_thread_fence raises a warning under the thread sanitizer
    target_compile_options(ems_defaults INTERFACE -Wno-tsan)
  endif()
  target_link_options(ems_defaults INTERFACE -fsanitize=${EMS_SANITIZE})
else()
  target_compile_definitions(ems_defaults INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
endif()
# -O2 with asserts kept: an assert of ours guards a patient, not a developer.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
