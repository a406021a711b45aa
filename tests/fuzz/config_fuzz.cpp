// A configuration: what is accepted stands within its bounds, and its print is read back.
#include "telemetry/base/assert.h"
#include "telemetry/base/config.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

struct Values {
    std::string host;
    std::int64_t port{0};
    double scale{0};
    bool on{false};
    std::vector<std::string> names;

    void declare(ems::ConfigSpec& spec) {
        spec.text("mqtt.host", "127.0.0.1", "broker's host", &host);
        spec.integer("mqtt.port", 8883, 1, 65'535, "broker's port", &port);
        spec.number("time_scale", 1, 0.1, 200, "of a simulated world", &scale);
        spec.flag("on", true, "whether", &on);
        spec.list("names", "of vehicles", &names);
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Values values;
    ems::ConfigSpec spec{"fuzz"};
    values.declare(spec);
    if (!spec.load_text({reinterpret_cast<const char*>(data), size}, "input")) {
        return 0;
    }
    EMS_ASSERT(values.port >= 1 && values.port <= 65'535);
    EMS_ASSERT(values.scale >= 0.1 && values.scale <= 200);
    Values again;
    ems::ConfigSpec twice{"fuzz"};
    again.declare(twice);
    EMS_ASSERT(twice.load_text(spec.print(), "print").has_value());
    EMS_ASSERT(again.host == values.host && again.port == values.port && again.on == values.on);
    EMS_ASSERT(again.names == values.names);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    return {"time_scale = 2.5\non = false\nnames = [\"amb-1\", \"amb-2\"]\n[mqtt]\nhost = \"b\"\n"
            "port = 1883\n",
            // The library's tables know none of these letters; the first three are what a fuzzer found.
            "\u00e9 = 1\n", "on = \u00e9\n", "mqtt.port = 1.\"\u00e9\"\n",
            "mqtt.host = \"\"\"a\\\n  \u00e9\"\"\"\n",
            "mqtt.host = \"\u5e2d\u00e9\" # \u00e9\n",
            "mqtt.port = 1883 # comment\nmqtt.host = '''a\nb'''\n", "mqtt = { port = 0x50 }\n"};
}
