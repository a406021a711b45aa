// A recording played into a vehicle arrives in the archive sample for sample: through spool, broker, ingest and database,
// all real.

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "telemetry/app/ecg/xz.h"
#include "telemetry/signal/ecg_leads.h"
#include "telemetry/signal/wfdb_file.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/waveform.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"

namespace ems::test {
namespace {

constexpr const char* kVehicle = "amb-01";
constexpr const char* kServer = "srv-telemetry-a";

std::string unhex(const std::string& hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return out;
}

// Copies a record beside its header, unpacked where it is packed. False when the data folder does not hold it.
bool lay_out_record(const std::string& folder, const std::string& name, const std::filesystem::path& to) {
    const std::string header = shared_data("ecg/" + folder + "/" + name + ".hea");
    if (header.empty()) {
        return false;
    }
    std::filesystem::copy(header, to / (name + ".hea"));
    const std::string plain = shared_data("ecg/" + folder + "/" + name + ".dat");
    if (!plain.empty()) {
        std::filesystem::copy(plain, to / (name + ".dat"));
        return true;
    }
    const auto bytes =
        ecg::read_xz(shared_data("ecg/" + folder + "/" + name + ".dat.xz"), 256U << 20U);
    if (!bytes) {
        return false;
    }
    std::ofstream{to / (name + ".dat"), std::ios::binary}.write(
        reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
    return !bytes->empty();
}

class Recording : public testing::Test {
  protected:
    void SetUp() override {
        database_.execute("insert into registry.region (code, name) values ('140802', 'test');"
                          "insert into registry.vehicle (vid, region) values ('amb-01', '140802')");
    }

    void start_programs(const std::string& record) {
        const std::string pki = broker_.pki_dir();
        std::ofstream{dir_.path() / "telemetryd.toml"}
            << "pg.conninfo = \"" << database_.conninfo("ems_telemetry") << "\"\nmqtt.port = " << broker_.port()
            << "\nmqtt.ca = \"" << pki << "/ca.crt\"\nmqtt.certificate = \"" << pki << "/" << kServer
            << ".crt\"\nmqtt.key = \"" << pki << "/" << kServer
            // A hundred messages a second of one vehicle are a flood by the figures of a real one.
            << ".key\"\ningest.vehicle_messages_per_s = 1000\ningest.vehicle_kib_per_s = 8192\n";
        std::ofstream{dir_.path() / "vehicled.toml"}
            << "vid = \"" << kVehicle << "\"\nmqtt.port = " << broker_.port() << "\npki.dir = \"" << pki
            << "\"\nspool.path = \"" << (dir_.path() / "spool.db").string() << "\"\n";
        ingest_ = std::make_unique<ChildProcess>(
            std::vector<std::string>{program("ems-telemetryd"), "--config", (dir_.path() / "telemetryd.toml").string()},
            ChildProcess::Options{(dir_.path() / "telemetryd.log").string(), {}});
        vehicle_ = std::make_unique<ChildProcess>(
            std::vector<std::string>{program("ems-vehicled"), "--config", (dir_.path() / "vehicled.toml").string(),
                                     "--ecg-record", record, "--ecg-record-speed", "100"},
            ChildProcess::Options{(dir_.path() / "vehicled.log").string(), {}});
    }

    // Waits until `samples` of the recording are archived, then puts each lead together again by sample index.
    std::map<unsigned, std::vector<std::int32_t>> archived(std::size_t samples) {
        const auto complete = [&] {
            return std::stoul(database_.value("select coalesce(sum(samples), 0) from telemetry.wave")) >= samples;
        };
        EXPECT_TRUE(eventually(complete, std::chrono::seconds{100}));
        std::map<unsigned, std::vector<std::int32_t>> leads;
        for (const std::string& hex : database_.column("select encode(body, 'hex') from telemetry.wave "
                                                       "order by first_sample")) {
            wire::WaveBatch batch;
            EXPECT_TRUE(batch.ParseFromString(unhex(hex)));
            const Result<wire::WaveBlock> block = wire::decode_waves(batch);
            if (!block) {
                ADD_FAILURE() << block.error().message();
                continue;
            }
            for (unsigned bit = 0; bit < 9; ++bit) {
                const auto values = block->lead(bit);
                if (!values.empty()) {
                    EXPECT_EQ(leads[bit].size(), block->first_sample);
                    leads[bit].insert(leads[bit].end(), values.begin(), values.end());
                }
            }
        }
        return leads;
    }

    TempDir dir_;
    TempPostgres database_;
    TempBroker broker_{{kServer, kVehicle}};
    std::unique_ptr<ChildProcess> ingest_;
    std::unique_ptr<ChildProcess> vehicle_;
};

void expect_same(const signal::WfdbRecord& record, std::size_t channel, const std::vector<std::int32_t>& archived) {
    const auto& samples = record.samples[channel];
    const std::int32_t baseline = record.header.signals[channel].baseline;
    ASSERT_EQ(archived.size(), samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        ASSERT_EQ(archived[i], samples[i] - baseline) << "sample " << i;
    }
}

TEST_F(Recording, OfOneLeadArrivesInTheArchiveSampleForSample) {
    if (!lay_out_record("mitdb", "101", dir_.path())) {
        GTEST_SKIP() << "ecg/mitdb/101 is not beside the project";
    }
    const std::string path = (dir_.path() / "101").string();
    const auto record = signal::load_wfdb_record(path);
    ASSERT_TRUE(record) << record.error().message();
    start_programs(path);
    const auto leads = archived(record->samples[0].size());
    ASSERT_EQ(leads.size(), 1U);
    expect_same(*record, 0, leads.begin()->second);
}

TEST_F(Recording, OfTwelveLeadsArrivesWithItsEightIndependentOnes) {
    if (!lay_out_record("other", "s0010_re", dir_.path())) {
        GTEST_SKIP() << "ecg/other/s0010_re is not beside the project";
    }
    const std::string path = (dir_.path() / "s0010_re").string();
    const auto record = signal::load_wfdb_record(path);
    ASSERT_TRUE(record) << record.error().message();
    start_programs(path);
    const auto leads = archived(record->samples[0].size());
    ASSERT_EQ(leads.size(), 8U);
    // Channels of the record: i ii iii avr avl avf v1 ... v6; leads of the wire: I II V1 ... V6.
    const std::size_t channel_of[] = {0, 1, 6, 7, 8, 9, 10, 11};
    for (unsigned bit = 0; bit < 8; ++bit) {
        expect_same(*record, channel_of[bit], leads.at(bit));
    }
}

} // namespace
} // namespace ems::test
