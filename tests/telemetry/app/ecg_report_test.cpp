// The program itself: ems-ecg report on a recording in a folder.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "telemetry/signal/wfdb_write.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/signal/sim_ecg.h"

namespace ems {
namespace {

namespace fs = std::filesystem;

// 12 s of an anterior infarction of a man of 58, format 16, 2.44 microvolt a unit.
void write_record(const fs::path& folder) {
    sim::HeartState heart;
    heart.st_mv = sim::kStAnterior;
    const test::SimEcg sim = test::simulate(4, heart, sim::EcgNoise{}, 12);
    signal::WfdbRecord record;
    record.header.name = "r";
    record.header.rate_hz = sim.ecg.rate_hz;
    record.header.comments = {"age: 58", "sex: male"};
    for (std::size_t lead = 0; lead < signal::kAcquiredLeads; ++lead) {
        signal::WfdbSignal one;
        one.gain = 409.836;
        one.description = signal::lead_name(static_cast<signal::Lead>(lead));
        record.header.signals.push_back(one);
        auto& samples = record.samples.emplace_back();
        for (const float mv : sim.ecg.mv[lead]) {
            samples.push_back(static_cast<std::int32_t>(std::lround(mv * 409.836F)));
        }
    }
    const auto files = signal::write_wfdb_record(record);
    ASSERT_TRUE(files) << files.error().message();
    std::ofstream{folder / "r.hea"} << files->header;
    std::ofstream{folder / "r.dat", std::ios::binary}.write(
        reinterpret_cast<const char*>(files->data.data()),
        static_cast<std::streamsize>(files->data.size()));
}

class EcgReportProgram : public ::testing::Test {
  protected:
    EcgReportProgram() { write_record(dir_.path()); }
    int report(const std::string& out, const std::vector<std::string>& more = {}) {
        std::vector<std::string> argv{
            test::program("ems-ecg"),     "report", "--record",
            (dir_.path() / "r").string(), "--out",  (dir_.path() / out).string()};
        argv.insert(argv.end(), more.begin(), more.end());
        return test::run(argv, &output_);
    }
    [[nodiscard]] std::string contents(const char* name) const {
        std::ifstream file{dir_.path() / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    test::TempDir dir_;
    std::string output_;
};

TEST_F(EcgReportProgram, WritesThePageAsSvgWithItsAdvisory) {
    ASSERT_EQ(report("page.svg", {"--id", "20261126-7"}), 0) << output_;
    const std::string svg = contents("page.svg");
    EXPECT_NE(svg.find("符合ST段抬高标准，提示：V1-V5"), std::string::npos);
    EXPECT_NE(svg.find("ID 20261126-7"), std::string::npos);
    EXPECT_NE(svg.find("年龄 58 岁"), std::string::npos);
}

TEST_F(EcgReportProgram, WritesThePageAsPdfWithoutAScreen) {
    ASSERT_EQ(report("page.pdf"), 0) << output_;
    EXPECT_EQ(output_, "");
    EXPECT_TRUE(contents("page.pdf").starts_with("%PDF-"));
}

TEST_F(EcgReportProgram, TheMonitorsBandRefusesToJudgeSt) {
    ASSERT_EQ(report("page.svg", {"--filter", "monitor", "--lang", "en"}), 0) << output_;
    EXPECT_NE(contents("page.svg").find("ST not interpretable: not recorded in the diagnostic"),
              std::string::npos);
}

TEST_F(EcgReportProgram, RefusesWithOneSentence) {
    EXPECT_EQ(report("page.txt"), 2);
    EXPECT_NE(output_.find("must end in .pdf or .svg"), std::string::npos);
    EXPECT_EQ(report("page.svg", {"--from", "99"}), 1);
    EXPECT_NE(output_.find("the recording has 12.0 s"), std::string::npos);
    EXPECT_EQ(report("page.svg", {"--sex", "unknown"}), 2);
    fs::remove(dir_.path() / "r.dat");
    EXPECT_EQ(report("page.svg"), 1);
}

} // namespace
} // namespace ems
