// The program itself: ems-ecg beats, alarms and score on recordings in a folder.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <lzma.h>
#include <nlohmann/json.hpp>

#include "telemetry/signal/wfdb_write.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems {
namespace {

namespace fs = std::filesystem;

constexpr double kRateHz = 250;
constexpr double kBeatS = 0.8;
constexpr double kFirstBeatS = 0.4;

// FILE becomes FILE.xz, as the program of that name would make it.
bool pack(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    const std::vector<char> plain{std::istreambuf_iterator<char>{in}, {}};
    std::vector<std::uint8_t> packed(lzma_stream_buffer_bound(plain.size()));
    std::size_t size = 0;
    if (lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr,
                                reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size(),
                                packed.data(), &size, packed.size()) != LZMA_OK) {
        return false;
    }
    std::ofstream out{file + ".xz", std::ios::binary};
    out.write(reinterpret_cast<const char*>(packed.data()), static_cast<std::streamsize>(size));
    return out.good() && fs::remove(file);
}

double bump(double t, double at, double width, double height) {
    const double x = (t - at) / width;
    return height * std::exp(-0.5 * x * x);
}

// 75 beats a minute until `until_s`, then a line that trembles by some microvolts.
double sinus_mv(double t, double until_s) {
    double mv = 0.006 * std::sin(2 * M_PI * 7 * t) + 0.004 * std::sin(2 * M_PI * 11 * t);
    const double near = std::round((t - kFirstBeatS) / kBeatS);
    for (double k = near - 1; k <= near + 1; ++k) {
        const double at = kFirstBeatS + k * kBeatS;
        if (k >= 0 && at < until_s) {
            mv += bump(t, at, 0.012, 1.1) + bump(t, at - 0.03, 0.010, -0.12) +
                  bump(t, at + 0.03, 0.012, -0.2) + bump(t, at - 0.16, 0.022, 0.12) +
                  bump(t, at + 0.27, 0.045, 0.25);
        }
    }
    return mv;
}

struct Channel {
    std::string description{"II"};
    std::string units{"mV"};
    double gain{400}; // units of the file to one of `units`
    std::function<double(double)> value;
};

class EcgVerbs : public ::testing::Test {
  protected:
    void write(const std::string& name, double seconds, const std::vector<Channel>& channels) {
        signal::WfdbRecord record;
        record.header.name = name;
        record.header.rate_hz = kRateHz;
        for (const Channel& channel : channels) {
            signal::WfdbSignal one;
            one.gain = channel.gain;
            one.units = channel.units;
            one.description = channel.description;
            record.header.signals.push_back(one);
            auto& samples = record.samples.emplace_back();
            for (int i = 0; i < static_cast<int>(seconds * kRateHz); ++i) {
                samples.push_back(static_cast<std::int32_t>(
                    std::lround(channel.value(i / kRateHz) * channel.gain)));
            }
        }
        const auto files = signal::write_wfdb_record(record);
        ASSERT_TRUE(files) << files.error().message();
        put(name + ".hea", files->header);
        put(name + ".dat", {files->data.begin(), files->data.end()});
    }
    // Beats of the recording as annotations.
    void annotate(const std::string& name, double seconds) {
        std::vector<signal::WfdbAnnotation> beats;
        for (double at = kFirstBeatS; at < seconds; at += kBeatS) {
            beats.push_back({std::llround(at * kRateHz), 1, 0, 0, 0, {}});
        }
        const auto bytes = signal::write_wfdb_annotations(beats);
        ASSERT_TRUE(bytes);
        put(name + ".atr", {bytes->begin(), bytes->end()});
    }
    void put(const std::string& name, const std::string& contents) const {
        std::ofstream{dir_.path() / name, std::ios::binary} << contents;
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    int ecg(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), test::program("ems-ecg"));
        return test::run(arguments, &output_);
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> out;
        std::istringstream in{output_};
        for (std::string line; std::getline(in, line);) {
            out.push_back(line);
        }
        return out;
    }
    static Channel lead(double until_s) {
        return {.value = [until_s](double t) { return sinus_mv(t, until_s); }};
    }

    test::TempDir dir_;
    std::string output_;
};

TEST_F(EcgVerbs, ABeatIsALineOfItsRAndOfTheSampleThatDecidedItAtMostHalfASecondLater) {
    write("r", 20, {lead(20)});
    ASSERT_EQ(ecg({"beats", "--record", path("r")}), 0) << output_;
    const auto printed = lines();
    ASSERT_EQ(printed.size(), 25U);
    for (std::size_t i = 0; i < printed.size(); ++i) {
        long long r = 0;
        long long decided = 0;
        int used = 0;
        ASSERT_EQ(std::sscanf(printed[i].c_str(), "%lld %lld%n", &r, &decided, &used), 2);
        EXPECT_EQ(used, static_cast<int>(printed[i].size())) << printed[i];
        const double at = (kFirstBeatS + static_cast<double>(i) * kBeatS) * kRateHz;
        EXPECT_NEAR(static_cast<double>(r), at, 3) << i;
        EXPECT_LE(decided - r, static_cast<long long>(0.5 * kRateHz));
    }
}

TEST_F(EcgVerbs, TheGivenSignalAloneIsAnalysed) {
    write("two", 20, {lead(20), lead(10)});
    ASSERT_EQ(ecg({"beats", "--record", path("two"), "--signal", "1"}), 0) << output_;
    EXPECT_EQ(lines().size(), 12U);
}

TEST_F(EcgVerbs, UnitsOfTheHeaderAreTaken) {
    const auto in = [](double factor, const char* units, double gain) {
        return Channel{.units = units, .gain = gain, .value = [factor](double t) {
                           return factor * sinus_mv(t, 20);
                       }};
    };
    write("uv", 20, {in(1'000, "uV", 1)});
    write("volts", 20, {in(0.001, "V", 400'000)});
    for (const char* name : {"uv", "volts"}) {
        ASSERT_EQ(ecg({"beats", "--record", path(name)}), 0) << output_;
        EXPECT_EQ(lines().size(), 25U) << name;
    }
}

TEST_F(EcgVerbs, OnlyVoltagesThatMayBeAnEcgAreAnalysed) {
    const auto pressure = [](double t) { return 80 + 40 * std::sin(2 * M_PI * 1.2 * t); };
    write("abp", 20, {{.description = "ABP", .units = "mmHg", .gain = 10, .value = pressure}});
    EXPECT_EQ(ecg({"beats", "--record", path("abp")}), 1);
    EXPECT_NE(output_.find("no ECG signal"), std::string::npos) << output_;
    EXPECT_EQ(ecg({"beats", "--record", path("abp"), "--signal", "0"}), 1);
    EXPECT_NE(output_.find("no voltage"), std::string::npos) << output_;

    Channel unnamed = lead(20);
    unnamed.description = "chan 2";
    const Channel breath{.description = "RESP", .value = [](double t) { return std::sin(t); }};
    write("resp", 20, {breath, unnamed});
    ASSERT_EQ(ecg({"beats", "--record", path("resp")}), 0);
    EXPECT_EQ(lines().size(), 25U);
}

TEST_F(EcgVerbs, LeadsAreKnownByTheNamesThatRecordersGiveThem) {
    for (const char* name : {"lead II", "ECG lead V5", "CM5", "ML5", "V1-V2", "Modified Lead II"}) {
        Channel named = lead(20);
        named.description = name;
        write("named", 20, {{.description = "chan 1", .value = [](double) { return 0.0; }}, named});
        ASSERT_EQ(ecg({"beats", "--record", path("named")}), 0) << name << output_;
        EXPECT_EQ(lines().size(), 25U) << name;
    }
}

TEST_F(EcgVerbs, AnAlarmHasItsKindOnsetAndRaiseTimeInSeconds) {
    write("stop", 60, {lead(30)});
    ASSERT_EQ(ecg({"alarms", "--record", path("stop"), "--json"}), 0) << output_;
    const auto alarms = nlohmann::json::parse(output_);
    ASSERT_EQ(alarms.size(), 1U) << output_;
    EXPECT_EQ(alarms[0]["kind"], "asystole");
    EXPECT_EQ(alarms[0]["code"], "asystole");
    EXPECT_NEAR(alarms[0]["onset"].get<double>(), 29.2, 0.1);
    EXPECT_GE(alarms[0]["raise"].get<double>(), 33);
    EXPECT_LE(alarms[0]["raise"].get<double>(), 39.2);
    EXPECT_TRUE(alarms[0]["end"].is_null());
}

TEST_F(EcgVerbs, WhereNothingAlarmsTheArrayIsEmpty) {
    write("r", 30, {lead(30)});
    ASSERT_EQ(ecg({"alarms", "--record", path("r"), "--json"}), 0);
    EXPECT_TRUE(nlohmann::json::parse(output_).empty());
    ASSERT_EQ(ecg({"alarms", "--record", path("r")}), 0);
    EXPECT_EQ(output_, "");
}

TEST_F(EcgVerbs, AScoreHasALineForEachRecordGrossAverageAndWorst) {
    write("whole", 340, {lead(340)});
    annotate("whole", 340);
    write("half", 340, {lead(320)});
    annotate("half", 340);
    ASSERT_EQ(ecg({"score", "--record", path("whole"), path("half")}), 0) << output_;
    const auto printed = lines();
    ASSERT_EQ(printed.size(), 5U) << output_;
    EXPECT_EQ(printed[0], "whole    Se 100.000 +P 100.000 TP 50 FN 0 FP 0");
    EXPECT_EQ(printed[1], "half     Se  50.000 +P 100.000 TP 25 FN 25 FP 0");
    EXPECT_EQ(printed[2], "gross    Se  75.000 +P 100.000 TP 75 FN 25 FP 0");
    EXPECT_EQ(printed[3], "average  Se  75.000 +P 100.000");
    EXPECT_EQ(printed[4], "worst    Se  50.000 (half) +P 100.000 (whole)");
}

TEST_F(EcgVerbs, ARecordWithinTheLearningTimeHasNoFigures) {
    write("short", 60, {lead(60)});
    annotate("short", 60);
    ASSERT_EQ(ecg({"score", "--record", path("short")}), 0) << output_;
    EXPECT_EQ(lines().at(0), "short    Se       - +P       - TP 0 FN 0 FP 0");
    EXPECT_EQ(lines().at(1), "gross    Se       - +P       - TP 0 FN 0 FP 0");
}

TEST_F(EcgVerbs, ARecordThatCannotBeScoredTakesNoOthersFiguresWithIt) {
    write("good", 340, {lead(340)});
    annotate("good", 340);
    write("bare", 20, {lead(20)});
    EXPECT_EQ(ecg({"score", "--record", path("bare"), path("good")}), 1);
    EXPECT_NE(output_.find("bare"), std::string::npos);
    EXPECT_NE(output_.find("gross    Se 100.000"), std::string::npos) << output_;
    EXPECT_NE(output_.find("1 of 2 records could not be scored"), std::string::npos);
}

TEST_F(EcgVerbs, WrongUsageIsTwoAndARefusalIsOne) {
    write("r", 20, {lead(20)});
    EXPECT_EQ(ecg({"--help"}), 0);
    EXPECT_EQ(ecg({}), 2);
    EXPECT_EQ(ecg({"beats"}), 2);
    EXPECT_EQ(ecg({"beats", "--record", path("r"), "--signal", "-1"}), 2);
    EXPECT_EQ(ecg({"report", "--record", path("r"), "--out", path("page.txt")}), 2);
    EXPECT_EQ(ecg({"beats", "--record", path("none")}), 1);
    EXPECT_EQ(ecg({"beats", "--record", path("r"), "--signal", "7"}), 1);
}

TEST_F(EcgVerbs, OutputThatDoesNotArriveIsNoSuccess) {
    write("r", 20, {lead(20)});
    test::ChildProcess full{{test::program("ems-ecg"), "beats", "--record", path("r")},
                            {.output_file = "/dev/full", .environment = {}}};
    EXPECT_EQ(full.wait_exit(std::chrono::seconds{20}), 1);
}

TEST_F(EcgVerbs, APackedSignalFileIsReadAndADamagedOneRefused) {
    write("packed", 20, {lead(20)});
    ASSERT_TRUE(pack(path("packed.dat")));
    ASSERT_EQ(ecg({"beats", "--record", path("packed")}), 0) << output_;
    EXPECT_EQ(lines().size(), 25U);
    fs::resize_file(path("packed.dat.xz"), 100);
    EXPECT_EQ(ecg({"beats", "--record", path("packed")}), 1);
}

} // namespace
} // namespace ems
