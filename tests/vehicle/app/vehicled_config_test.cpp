#include "vehicle/app/vehicled_config.h"

#include <gtest/gtest.h>

namespace ems::vehicle {
namespace {

Result<AgentConfig> read(const std::string& toml) {
    ConfigSpec spec{"ems-vehicled"};
    VehicledConfig config;
    config.declare(spec, {});
    if (auto loaded = spec.load_text("vid = \"amb-zx01\"\n" + toml, "v.toml"); !loaded) {
        return Failure{loaded.error()};
    }
    return config.agent("test");
}

TEST(VehicledConfig, WithoutKeysThereAreNoDevices) {
    const auto config = read("");
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(config->devices.gnss.kind, DeviceAddress::Kind::none);
    EXPECT_EQ(config->devices.gnss_form, GnssForm::nmea);
    EXPECT_EQ(config->devices.monitor_form, MonitorForm::pds);
    EXPECT_EQ(config->devices.inputs.kind, DeviceAddress::Kind::none);
}

TEST(VehicledConfig, ADeviceHasAnAddressAndAForm) {
    const auto config = read("[gnss]\naddress = \"tcp:127.0.0.1:2947\"\nform = \"gpsd\"\n"
                             "[monitor]\naddress = \"udp:192.168.1.10:24105\"\n"
                             "form = \"intellivue\"\n"
                             "[inputs]\naddress = \"pty:/dev/ttyUSB2\"\n");
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ(config->devices.gnss.port, 2'947);
    EXPECT_EQ(config->devices.gnss_form, GnssForm::gpsd);
    EXPECT_EQ(config->devices.monitor.kind, DeviceAddress::Kind::udp);
    EXPECT_EQ(config->devices.monitor_form, MonitorForm::intellivue);
    EXPECT_EQ(config->devices.inputs.path, "/dev/ttyUSB2");
    const auto called = read("[monitor]\naddress = \"listen:192.168.1.5:2575\"\nform = \"hl7\"\n");
    ASSERT_TRUE(called) << called.error().message();
    EXPECT_EQ(called->devices.monitor.kind, DeviceAddress::Kind::listen);
    EXPECT_EQ(called->devices.monitor_form, MonitorForm::hl7);
    EXPECT_EQ(called->devices.monitor_silence, std::chrono::seconds{10});
    EXPECT_EQ(read("[monitor]\nsilence_s = 60\n")->devices.monitor_silence,
              std::chrono::seconds{60});
}

TEST(VehicledConfig, RefusesAFormThatIsNoneAndAnAddressThatDoesNotCarryIt) {
    const struct {
        const char* toml;
        const char* key;
    } cases[] = {
        {"[gnss]\nform = \"NMEA\"\n", "gnss.form"},
        {"[monitor]\nform = \"\"\n", "monitor.form"},
        {"[gnss]\naddress = \"gpsd:localhost:2947\"\n", "gnss.address"},
        {"[gnss]\nform = \"gpsd\"\naddress = \"pty:/dev/ttyACM0\"\n", "gnss.address"},
        {"[gnss]\naddress = \"udp:10.0.0.1:5000\"\n", "gnss.address"},
        {"[monitor]\naddress = \"udp:10.0.0.1:24105\"\n", "monitor.address"},
        {"[monitor]\nform = \"intellivue\"\naddress = \"tcp:10.0.0.1:24105\"\n", "monitor.address"},
        {"[ecg]\naddress = \"listen:0.0.0.0:9000\"\n", "ecg.address"},
        {"[inputs]\naddress = \"udp:10.0.0.1:9000\"\n", "inputs.address"},
    };
    for (const auto& one : cases) {
        const auto config = read(one.toml);
        ASSERT_FALSE(config) << one.toml;
        EXPECT_EQ(config.error().code, Code::config);
        EXPECT_TRUE(config.error().detail.starts_with(one.key)) << config.error().detail;
    }
}

TEST(VehicledConfig, CamerasWorkDuringACaseUnlessTheyAreToldOtherwise) {
    const auto usual = read("");
    ASSERT_TRUE(usual) << usual.error().message();
    EXPECT_EQ(usual->camera_when, CameraWhen::on_case);
    EXPECT_EQ(usual->camera_after, std::chrono::minutes{2});
    const auto always = read("camera.when = \"always\"\ncamera.after_s = 0\n");
    ASSERT_TRUE(always) << always.error().message();
    EXPECT_EQ(always->camera_when, CameraWhen::always);
    EXPECT_EQ(always->camera_after, std::chrono::seconds{0});
}

TEST(VehicledConfig, RefusesATimeForCamerasThatIsNone) {
    const auto config = read("camera.when = \"driving\"\n");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, Code::config);
    EXPECT_EQ(config.error().detail, "camera.when: \"driving\" is not case or always");
    EXPECT_FALSE(read("camera.after_s = -1\n"));
    EXPECT_FALSE(read("camera.after_s = 3601\n"));
}

TEST(VehicledConfig, CamerasAreNamedByTheirTables) {
    ConfigSpec spec{"ems-vehicled"};
    VehicledConfig config;
    config.declare(spec, {"cabin", "front", "rear"});
    const auto loaded = spec.load_text("vid = \"amb-zx01\"\n"
                                       "[cameras.cabin]\nsource = \"v4l2:/dev/video0\"\n"
                                       "[cameras.front]\nsource = \"rtsp://10.1.1.7/live\"\n"
                                       "width = 1280\nheight = 720\nfps = 25\n",
                                       "v.toml");
    ASSERT_TRUE(loaded) << loaded.error().message();
    const auto cameras = config.camera_options();
    ASSERT_TRUE(cameras) << cameras.error().message();
    ASSERT_EQ(cameras->size(), 2U) << "the third has no source";
    EXPECT_EQ(cameras->front().camera, "cabin");
    EXPECT_EQ(cameras->front().source, "v4l2:/dev/video0");
    EXPECT_EQ(cameras->back().camera, "front");
    EXPECT_EQ(cameras->back().height, 720);
    EXPECT_EQ(cameras->back().label, "amb-zx01");
}

TEST(VehicledConfig, RefusesARingWhoseFilesAreMoreThanMayBeSent) {
    const auto cameras = [](const std::string& ring) {
        ConfigSpec spec{"ems-vehicled"};
        VehicledConfig config;
        config.declare(spec, {"cabin"});
        EXPECT_TRUE(spec.load_text("vid = \"amb-zx01\"\n[ring]\ndir = \"/ring\"\n" + ring, "v.toml"));
        return config.camera_options();
    };
    EXPECT_TRUE(cameras("segment_s = 60\nkbit = 2000\n"));
    EXPECT_TRUE(cameras("segment_s = 8\nkbit = 8000\n"));
    const auto refused = cameras("segment_s = 60\nkbit = 8000\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail,
              "ring.segment_s: 60 s of ring.kbit 8000 are 60000000 bytes, a file is sent up to 16777216");
}

TEST(VehicledConfig, ACameraSendsWhatItIsToldElseWhatSuitsItsSize) {
    ConfigSpec spec{"ems-vehicled"};
    VehicledConfig config;
    config.declare(spec, {"cabin", "front", "rear"});
    ASSERT_TRUE(spec.load_text("vid = \"amb-zx01\"\n"
                               "[cameras.cabin]\nsource = \"test:ball\"\n"
                               "[cameras.front]\nsource = \"test:ball\"\n"
                               "width = 1920\nheight = 1080\n"
                               "[cameras.rear]\nsource = \"test:ball\"\nkbit = 350\n",
                               "v.toml"));
    const auto cameras = config.camera_options();
    ASSERT_TRUE(cameras) << cameras.error().message();
    ASSERT_EQ(cameras->size(), 3U);
    EXPECT_EQ((*cameras)[0].kbit, 600U);
    EXPECT_EQ((*cameras)[1].kbit, 3118U);
    EXPECT_EQ((*cameras)[2].kbit, 350U);
}

TEST(VehicledConfig, RefusesARateThatIsNoPictureOrMoreThanAnySessionAllows) {
    const auto taken = [](const std::string& kbit) {
        ConfigSpec spec{"ems-vehicled"};
        VehicledConfig config;
        config.declare(spec, {"cabin"});
        const std::string toml = "[cameras.cabin]\nsource = \"test:ball\"\nkbit = " + kbit + "\n";
        return spec.load_text(toml, "v.toml") && config.camera_options();
    };
    EXPECT_TRUE(taken("100"));
    EXPECT_TRUE(taken("8000"));
    EXPECT_FALSE(taken("99"));
    EXPECT_FALSE(taken("8001"));
    EXPECT_FALSE(taken("-1"));
}

TEST(VehicledConfig, RefusesAFourthCameraAndANameThatIsNone) {
    for (const std::vector<std::string>& names :
         {std::vector<std::string>{"a", "b", "c", "d"}, std::vector<std::string>{"Cabin_1"}}) {
        ConfigSpec spec{"ems-vehicled"};
        VehicledConfig config;
        config.declare(spec, names);
        std::string toml;
        for (const std::string& name : names) {
            toml += "[cameras." + name + "]\nsource = \"test:ball\"\n";
        }
        ASSERT_TRUE(spec.load_text(toml, "v.toml"));
        EXPECT_FALSE(config.camera_options());
    }
}

} // namespace
} // namespace ems::vehicle
