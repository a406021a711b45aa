#include "telemetry/app/ecg/xz.h"
#include "telemetry/signal/wfdb.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "telemetry/signal/wfdb_file.h"
#include "telemetry/signal/wfdb_write.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::signal {
namespace {

std::vector<std::uint8_t> bytes(std::initializer_list<int> values) {
    std::vector<std::uint8_t> out;
    for (const int value : values) {
        out.push_back(static_cast<std::uint8_t>(value));
    }
    return out;
}

TEST(WfdbHeader, ReadsASignalLineOfTheArrhythmiaDatabase) {
    const Result<WfdbHeader> header = parse_wfdb_header(
        "100 2 360 650000 0:0:0 0/0/0\r\n100.dat 212 200 11 1024 995 -22131 0 MLII\r\n"
        "100.dat 212 200 11 1024 1011 20052 0 V5\r\n# 69 M 1085 1629 x1\r\n");
    ASSERT_TRUE(header) << header.error().message();
    EXPECT_EQ(header->name, "100");
    EXPECT_EQ(header->rate_hz, 360);
    EXPECT_EQ(header->sample_count, 650000);
    ASSERT_EQ(header->signals.size(), 2U);
    const WfdbSignal& s = header->signals[0];
    EXPECT_EQ(s.format, WfdbFormat::f212);
    EXPECT_EQ(s.gain, 200);
    EXPECT_EQ(s.baseline, 1024); // absent: the ADC zero
    EXPECT_EQ(s.initial, 995);
    EXPECT_EQ(s.checksum, -22131);
    EXPECT_EQ(s.description, "MLII");
    EXPECT_EQ(s.units, "mV");
    EXPECT_EQ(header->comments.at(0), " 69 M 1085 1629 x1");
    EXPECT_EQ(header->files(), std::vector<std::string>{"100.dat"});
}

TEST(WfdbHeader, ReadsOffsetBaselineUnitsAndExponent) {
    const Result<WfdbHeader> header =
        parse_wfdb_header("a 2 250/250(0)\na.mat 16+24 1.052e+04(-7)/NU 16 0 9127 -301 0 PLETH x\n"
                          "a.mat 16x1:0+24 0\n");
    ASSERT_TRUE(header) << header.error().message();
    EXPECT_EQ(header->signals[0].byte_offset, 24U);
    EXPECT_EQ(header->signals[0].gain, 10520);
    EXPECT_EQ(header->signals[0].baseline, -7);
    EXPECT_EQ(header->signals[0].units, "NU");
    EXPECT_EQ(header->signals[0].description, "PLETH x");
    EXPECT_EQ(header->signals[1].gain, 200); // 0 means not calibrated
    EXPECT_FALSE(header->signals[1].checksum);
    EXPECT_EQ(header->sample_count, 0);
}

TEST(WfdbHeader, RefusesWhatItCannotRead) {
    const std::array<std::pair<const char*, Code>, 13> cases{{
        {"", Code::corrupt},
        {"# only a comment\n", Code::corrupt},
        {"100/3 2 360\n", Code::unsupported_version},
        {"100 0 360\n", Code::corrupt},
        {"100 65 360\n", Code::corrupt},
        {"100 1 -360\nx.dat 16\n", Code::corrupt},
        {"100 2 360\nx.dat 16\n", Code::corrupt},
        {"100 1 360\nx.dat 310\n", Code::unsupported_version},
        {"100 1 360\nx.dat 16x4\n", Code::unsupported_version},
        {"100 1 360\nx.dat 16:3\n", Code::unsupported_version},
        {"100 1 360\n../x.dat 16\n", Code::corrupt},
        {"100 1 360\n.. 16\n", Code::corrupt},
        {"100 1 360\nx.dat 16 200 twelve\n", Code::corrupt},
    }};
    for (const auto& [text, code] : cases) {
        const Result<WfdbHeader> header = parse_wfdb_header(text);
        ASSERT_FALSE(header) << text;
        EXPECT_EQ(header.error().code, code) << text;
    }
}

TEST(WfdbSamples, Format212PacksTwoSamplesInThreeBytes) {
    const WfdbHeader two = *parse_wfdb_header("r 2 360 1\nr.dat 212\nr.dat 212\n");
    const auto samples = decode_wfdb_file(two, "r.dat", bytes({0xE3, 0x33, 0xF3}));
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_EQ((*samples)[0], std::vector<std::int32_t>{995});
    EXPECT_EQ((*samples)[1], std::vector<std::int32_t>{1011});
}

TEST(WfdbSamples, Format212ExtendsTheSignAndReadsAnOddCount) {
    const WfdbHeader one = *parse_wfdb_header("r 1 360 3\nr.dat 212\n");
    const auto samples = decode_wfdb_file(one, "r.dat", bytes({0xFF, 0x8F, 0x00, 0x00, 0x08}));
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_EQ((*samples)[0], (std::vector<std::int32_t>{-1, -2048, -2048}));
    EXPECT_FALSE(one.signals[0].physical(-2048));
}

TEST(WfdbSamples, Format16IsLittleEndianAfterItsOffset) {
    const WfdbHeader header = *parse_wfdb_header("r 2 250\nr.mat 16+3 100\nr.mat 16+3 100\n");
    const auto samples = decode_wfdb_file(
        header, "r.mat", bytes({9, 9, 9, 0x34, 0x12, 0xFF, 0xFF, 0x00, 0x80, 0x01, 0x00}));
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_EQ((*samples)[0], (std::vector<std::int32_t>{0x1234, -32768}));
    EXPECT_EQ((*samples)[1], (std::vector<std::int32_t>{-1, 1}));
    EXPECT_FALSE(header.signals[0].physical(-32768));
    EXPECT_NEAR(*header.signals[0].physical(-50), -0.5, 1e-12);
}

TEST(WfdbSamples, ShortFileWrongChecksumAndUnknownFileAreErrors) {
    const WfdbHeader header = *parse_wfdb_header("r 1 250 2\nr.dat 16 200 12 0 5 11\n");
    EXPECT_TRUE(decode_wfdb_file(header, "r.dat", bytes({5, 0, 6, 0})));
    EXPECT_EQ(decode_wfdb_file(header, "r.dat", bytes({5, 0, 7, 0})).error().code, Code::corrupt);
    EXPECT_EQ(decode_wfdb_file(header, "r.dat", bytes({5, 0, 6})).error().code, Code::corrupt);
    EXPECT_EQ(decode_wfdb_file(header, "s.dat", bytes({5, 0, 6, 0})).error().code, Code::not_found);
}

TEST(WfdbSamples, AFirstSampleThatIsNotTheHeadersIsAnErrorAlsoWithoutAChecksum) {
    const WfdbHeader header = *parse_wfdb_header("r 1 250 2\nr.dat 16 200 12 0 5\n");
    EXPECT_TRUE(decode_wfdb_file(header, "r.dat", bytes({5, 0, 6, 0})));
    EXPECT_EQ(decode_wfdb_file(header, "r.dat", bytes({6, 0, 6, 0})).error().code, Code::corrupt);
    const WfdbHeader brief = *parse_wfdb_header("r 1 250 2\nr.dat 16 200 12 7\n");
    EXPECT_TRUE(decode_wfdb_file(brief, "r.dat", bytes({6, 0, 6, 0}))) << "none is stated";
}

TEST(WfdbWrite, ASampleThatIsMissingInFormat212IsMissingInFormat16) {
    WfdbRecord record{*parse_wfdb_header("r 1 250\nr.dat 212 200 12 0\n"), {{5, -2048, -7}}};
    const auto files = write_wfdb_record(record);
    ASSERT_TRUE(files) << files.error().message();
    const WfdbHeader header = *parse_wfdb_header(files->header);
    const auto back = decode_wfdb_file(header, "r.dat", files->data);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ((*back)[0], (std::vector<std::int32_t>{5, -32768, -7}));
    EXPECT_FALSE(header.signals[0].physical((*back)[0][1]));
}

TEST(WfdbAnnotations, ReadsTheStartOfRecord100) {
    auto data = bytes({0x12, 0x70, 0x03, 0xFC, 0x28, 0x4E, 0x00, 0x00, 0x3B, 0x04, 0, 0});
    const auto list = parse_wfdb_annotations(data);
    ASSERT_TRUE(list) << list.error().message();
    ASSERT_EQ(list->size(), 2U);
    EXPECT_EQ((*list)[0].sample, 18);
    EXPECT_EQ((*list)[0].code, 28);
    EXPECT_EQ((*list)[0].aux, "(N");
    EXPECT_EQ((*list)[1].sample, 77);
    EXPECT_TRUE(wfdb_is_beat((*list)[1].code));
    EXPECT_FALSE(wfdb_is_beat(28));
}

TEST(WfdbAnnotations, SkipHasTheHighWordFirst) {
    // SKIP, 0x0001 0x0002 = 65538 samples, then a V at +1 with sub 3, channel 1 and number 2
    const auto data = bytes({0x00, 0xEC, 0x01, 0x00, 0x02, 0x00, 0x01, 0x14, 0x03, 0xF4, 0x01, 0xF8,
                             0x02, 0xF0, 0x01, 0x04, 0, 0});
    const auto list = parse_wfdb_annotations(data);
    ASSERT_TRUE(list) << list.error().message();
    ASSERT_EQ(list->size(), 2U);
    EXPECT_EQ((*list)[0].sample, 65539);
    EXPECT_EQ((*list)[0].code, 5);
    EXPECT_EQ((*list)[0].sub, 3);
    EXPECT_EQ((*list)[0].channel, 1);
    EXPECT_EQ((*list)[0].number, 2);
    // number and channel stay until they change, the subtype does not
    EXPECT_EQ((*list)[1].channel, 1);
    EXPECT_EQ((*list)[1].number, 2);
    EXPECT_EQ((*list)[1].sub, 0);
}

TEST(WfdbAnnotations, DamagedStreamsAreErrors) {
    EXPECT_FALSE(parse_wfdb_annotations({}));
    EXPECT_FALSE(parse_wfdb_annotations(bytes({0x12, 0x70, 0x03})));             // half a word
    EXPECT_FALSE(parse_wfdb_annotations(bytes({0x00, 0xEC, 0x01})));             // SKIP cut short
    EXPECT_FALSE(parse_wfdb_annotations(bytes({0x12, 0x70, 0x03, 0xFC, 0x28}))); // text cut short
}

TEST(WfdbAnnotations, AMissingEndMarkAndFieldsOfNoAnnotationAreReadPast) {
    const auto open = parse_wfdb_annotations(bytes({0x12, 0x70}));
    ASSERT_TRUE(open) << open.error().message();
    ASSERT_EQ(open->size(), 1U);
    // a text, a subtype, channel 1 and number 2 before the first
    const auto early = parse_wfdb_annotations(bytes({0x03, 0xFC, 0x28, 0x4E, 0x00, 0x00, 0x03, 0xF4,
                                                     0x01, 0xF8, 0x02, 0xF0, 0x01, 0x04, 0, 0}));
    ASSERT_TRUE(early) << early.error().message();
    ASSERT_EQ(early->size(), 1U);
    EXPECT_EQ((*early)[0].aux, "");
    EXPECT_EQ((*early)[0].sub, 0);
    EXPECT_EQ((*early)[0].channel, 1);
    EXPECT_EQ((*early)[0].number, 2) << "which stay until they change";
}

TEST(Wfdb, MutatedInputNeverCrashes) {
    const std::string header = "100 2 360 4\n100.dat 212 200(0)/mV 11 1024 995 -1 0 MLII\n"
                               "100.dat 16+2 200 11 1024 995 -1 0 V5\n";
    const auto stream = bytes({0x12, 0x70, 0x03, 0xFC, 0x28, 0x4E, 0x00, 0x00, 0x3B, 0x04,
                               0x00, 0xEC, 0x01, 0x00, 0x02, 0x00, 0x01, 0x14, 0,    0});
    std::mt19937 random{20260318};
    std::size_t accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = header;
        std::vector<std::uint8_t> data = stream;
        for (int i = 0; i < 3; ++i) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
            data[random() % data.size()] = static_cast<std::uint8_t>(random() % 256);
        }
        if (const auto parsed = parse_wfdb_header(text)) {
            accepted += decode_wfdb_file(*parsed, "100.dat", data).has_value() ? 1U : 0U;
        }
        accepted += parse_wfdb_annotations(data).has_value() ? 1U : 0U;
    }
    EXPECT_GT(accepted, 0U);
}

// Every recording at hand satisfies its own checksum, which proves unpacking, order and sign at
// once.
class WfdbRecordings : public testing::TestWithParam<const char*> {};

TEST_P(WfdbRecordings, SatisfyTheirChecksums) {
    const std::string folder = test::shared_data(std::string{"ecg/"} + GetParam());
    if (folder.empty()) {
        GTEST_SKIP() << "ecg/" << GetParam() << " is absent";
    }
    std::size_t records = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() != ".hea") {
            continue;
        }
        std::ifstream file{entry.path()};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        const Result<WfdbHeader> header = parse_wfdb_header(text);
        ASSERT_TRUE(header) << entry.path() << header.error().message();
        for (const std::string& name : header->files()) {
            const auto packed = entry.path().parent_path() / (name + ".xz");
            if (!std::filesystem::exists(packed)) {
                continue;
            }
            const auto data = ecg::read_xz(packed.string(), 256U << 20U);
            ASSERT_TRUE(data) << data.error().message();
            const auto samples = decode_wfdb_file(*header, name, *data);
            ASSERT_TRUE(samples) << entry.path() << samples.error().message();
            EXPECT_EQ(samples->front().front(), header->signals[0].initial) << entry.path();
            ++records;
        }
        const auto annotations = std::filesystem::path{entry.path()}.replace_extension(".atr");
        if (std::filesystem::exists(annotations)) {
            const auto list = load_wfdb_annotations(entry.path().string(), "atr");
            ASSERT_TRUE(list) << annotations << list.error().message();
            EXPECT_GT(list->size(), 1000U) << annotations;
        }
    }
    EXPECT_GT(records, 0U);
}
INSTANTIATE_TEST_SUITE_P(Wfdb, WfdbRecordings, testing::Values("mitdb", "cudb"));

TEST(WfdbFile, LoadsUnpackedRecordsWithAnAbsentFile) {
    const std::string twelve = test::shared_data("ecg/other/s0010_re.hea");
    if (twelve.empty()) {
        GTEST_SKIP() << "ecg/other/s0010_re.hea is absent";
    }
    const Result<WfdbRecord> record = load_wfdb_record(twelve.substr(0, twelve.size() - 4));
    ASSERT_TRUE(record) << record.error().message();
    EXPECT_EQ(record->samples[11].size(), 38400U);
    EXPECT_TRUE(record->samples[12].empty()); // the .xyz file is not there
    const Result<WfdbRecord> offset = load_wfdb_record(test::shared_data("ecg/other/a103l.hea"));
    ASSERT_TRUE(offset) << offset.error().message();
    EXPECT_EQ(offset->header.signals[2].description, "PLETH");
}

TEST(WfdbFile, MissingRecordIsNotFound) {
    const test::TempDir dir;
    const Result<WfdbRecord> record = load_wfdb_record((dir.path() / "none").string());
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().code, Code::not_found);
}

} // namespace
} // namespace ems::signal
