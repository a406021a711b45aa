#include "vehicle/agent/camera_source.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

using Kind = CameraSource::Kind;

TEST(CameraSource, EachKindIsNamedByItsPrefix) {
    const struct {
        const char* text;
        Kind kind;
        const char* where;
    } cases[] = {
        {"test:smpte", Kind::test, "smpte"},
        {"file:/var/lib/ems/a b.mkv", Kind::file, "/var/lib/ems/a b.mkv"},
        {"v4l2:/dev/video2", Kind::v4l2, "/dev/video2"},
        {"rtsp://10.1.1.7:8554/live?ch=1", Kind::rtsp, "rtsp://10.1.1.7:8554/live?ch=1"},
    };
    for (const auto& one : cases) {
        const auto source = parse_camera_source(one.text);
        ASSERT_TRUE(source) << one.text;
        EXPECT_EQ(source->kind, one.kind) << one.text;
        EXPECT_EQ(source->where, one.where);
    }
}

TEST(CameraSource, RefusesWhatNamesNothing) {
    for (const char* text : {"", "none", "test:", "test:snow", "file:", "v4l2:", "rtsp://",
                             "rtsp:///live", "http://10.1.1.7/", "TEST:ball"}) {
        EXPECT_FALSE(parse_camera_source(text)) << text;
    }
    EXPECT_FALSE(parse_camera_source("file:" + std::string(600, 'x')));
}

TEST(CameraSource, AUrlHoldsNoPassword) {
    const auto source = parse_camera_source("rtsp://admin:secret@10.1.1.7/live");
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().detail.find("secret"), std::string::npos);
    EXPECT_TRUE(parse_camera_source("rtsp://10.1.1.7/user@home")) << "behind the host it may stand";
}

TEST(CameraSource, WhatComesFromOutsideIsNoPartOfTheDescription) {
    for (const char* text : {"file:x ! fakesink", "v4l2:x ! fakesink", "rtsp://x ! fakesink"}) {
        const auto source = parse_camera_source(text);
        ASSERT_TRUE(source);
        EXPECT_EQ(capture_description(*source, {640, 360}, 15).find("fakesink"), std::string::npos);
        EXPECT_FALSE(source_property(source->kind).empty());
    }
}

TEST(CameraSource, ALoginIsOneLine) {
    const test::TempDir dir;
    const std::string path = (dir.path() / "login").string();
    EXPECT_FALSE(load_camera_login(path)) << "there is none";
    std::ofstream{path} << "admin:a:b\n";
    const auto login = load_camera_login(path);
    ASSERT_TRUE(login);
    EXPECT_EQ(login->user, "admin");
    EXPECT_EQ(login->password, "a:b");
    std::ofstream{path} << "admin\n";
    EXPECT_FALSE(load_camera_login(path));
}

} // namespace
} // namespace ems::vehicle
