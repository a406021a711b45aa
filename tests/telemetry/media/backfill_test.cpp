// What a vehicle kept on board during an outage comes into the gap of the recording: real
// ems-mediad with PostgreSQL and mosquitto, a real camera with its ring, a cut between them. And
// what is refused.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/seal/random.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/small_matroska.h"
#include "tests/telemetry/media/film_numbers.h"
#include "tests/telemetry/media/mediad_vehicle.h"
#include "tests/telemetry/media/ring_folder.h"
#include "tests/vehicle/agent/scripted_centre.h"
#include "vehicle/agent/https_put.h"

namespace ems::media {
namespace {

using std::chrono::seconds;
using test::eventually;
using test::kSecondUs;
using test::kStranger;
using test::kVid;

class BackfillTest : public test::MediadFixture {
  protected:
    // It becomes so while the vehicle says that it is there.
    static bool becomes(test::MediadVehicle& vehicle, const std::function<bool()>& condition,
                        seconds limit = seconds{60}) {
        return eventually(
            [&] {
                vehicle.beat();
                return condition();
            },
            limit);
    }
    // A number of the database is above zero.
    static bool comes(test::MediadVehicle& vehicle, const char* sql) {
        return becomes(vehicle, [sql] { return number(sql) > 0; });
    }
};

// A film of a vehicle and the requests that send it.
class Film {
  public:
    explicit Film(std::int64_t first_us, int pictures = 50)
        : first_us_(first_us), length_ms_((pictures - 1) * 40),
          bytes_(test::SmallMatroska::of(pictures).bytes()), digest_(seal::sha256_hex(bytes_)) {}
    explicit Film(std::string bytes, std::int64_t first_us)
        : first_us_(first_us), length_ms_(1960), bytes_(std::move(bytes)),
          digest_(seal::sha256_hex(bytes_)) {}
    Film& claim(std::string digest) {
        digest_ = std::move(digest);
        return *this;
    }
    Result<vehicle::HttpsAnswer> ask(vehicle::HttpsPut& https, const std::string& vid = kVid) {
        return https.put(path(vid), fields("*"), {});
    }
    Result<vehicle::HttpsAnswer> put(vehicle::HttpsPut& https, std::size_t from, std::size_t size) {
        return https.put(path(kVid),
                         fields(std::to_string(from) + "-" + std::to_string(from + size - 1)),
                         bytes_.substr(from, size));
    }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    // Where ems-mediad keeps what came of it.
    [[nodiscard]] std::string part() const {
        return std::string{kVid} + ".cabin." + std::to_string(bytes_.size()) + "." +
               digest_.substr(0, 32) + ".part";
    }

  private:
    [[nodiscard]] std::string path(const std::string& vid) const {
        return "/backfill/v1/" + vid + "/cabin/" + std::to_string(first_us_) + "-" +
               std::to_string(length_ms_);
    }
    [[nodiscard]] vehicle::HttpsPut::Fields fields(const std::string& range) const {
        return {{"Ems-Sha256", digest_},
                {"Content-Range", "bytes " + range + "/" + std::to_string(bytes_.size())}};
    }
    std::int64_t first_us_;
    std::int64_t length_ms_;
    std::string bytes_;
    std::string digest_;
};

// A disk that stands: a pipe in the place of a file, on which a write waits for a reader.
class StandingDisk {
  public:
    explicit StandingDisk(std::filesystem::path file) : file_(std::move(file)) {
        std::filesystem::remove(file_);
        EXPECT_EQ(mkfifo(file_.c_str(), 0600), 0);
    }
    ~StandingDisk() { go_on(); }
    StandingDisk(const StandingDisk&) = delete;
    StandingDisk& operator=(const StandingDisk&) = delete;
    void go_on() {
        if (reader_ < 0) {
            reader_ = open(file_.c_str(), O_RDONLY | O_NONBLOCK);
            EXPECT_GE(reader_, 0);
        }
    }
    // What was written meanwhile is lost; the next write makes a file.
    void become_a_file() {
        go_on();
        close(reader_);
        std::filesystem::remove(file_);
    }

  private:
    const std::filesystem::path file_;
    int reader_{-1};
};

TEST_F(BackfillTest, TheGapOfAnOutageIsFilledWithItsPictures) {
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring", test::MediaWay::udp};
    const auto wait = [&](const std::function<bool()>& condition) { return becomes(vehicle, condition); };
    ASSERT_TRUE(
        wait([&] { return number("select coalesce(sum(frames), 0) from media.recording") > 30; }));
    ASSERT_TRUE(wait([&] { return test::writes_nothing(dir_.path() / "ring"); }));
    const std::uint64_t kept = vehicle.kept();
    vehicle.line().black_hole();
    ASSERT_TRUE(wait([&] { return vehicle.kept() >= kept + 150; }));
    vehicle.line().heal();
    ASSERT_TRUE(wait([&] { return number("select count(*) from media.recording_gap") == 1; }));
    const std::string edges = postgres_->value(
        "select (extract(epoch from from_utc) * 1000000)::bigint || ' ' || (extract(epoch from "
        "to_utc) * 1000000)::bigint from media.recording_gap");
    vehicle.backfill().permit(vehicle::BackfillPermit::go, {});
    ASSERT_TRUE(wait([&] { return number("select count(*) from media.recording_gap") == 0; }))
        << postgres_->value("select from_utc || ' ' || to_utc from media.recording_gap");
    ASSERT_TRUE(wait([&] { return test::holds_nothing(dir_.path() / "ring"); }));
    EXPECT_GE(vehicle.backfill().files_sent(), 2U);
    EXPECT_EQ(number("select count(*) from media.recording where source = 'backfill' and not "
                     "closed"),
              0);
    const std::int64_t from = std::stoll(edges.substr(0, edges.find(' ')));
    const std::int64_t to = std::stoll(edges.substr(edges.find(' ') + 1));
    EXPECT_LE(number("select media.uncovered_ms('amb-zx01', 'cabin', to_timestamp(" +
                     std::to_string(from) + " / 1e6), to_timestamp(" + std::to_string(to) +
                     " / 1e6))"),
              1000);
    // The right pictures: of all recordings together no number is missing.
    std::set<std::uint32_t> all;
    std::size_t small = 0;
    std::size_t back_filled = 0;
    mediad_->signal(SIGTERM);
    ASSERT_EQ(mediad_->wait_exit(seconds{10}), 0);
    for (const std::string& path : postgres_->column("select path from media.recording")) {
        const test::FilmNumbers film = test::film_numbers(recordings() / path);
        all.insert(film.numbers.begin(), film.numbers.end());
        small += film.unreadable;
    }
    for (const std::string& frames :
         postgres_->column("select frames from media.recording where source = 'backfill'")) {
        back_filled += std::stoul(frames);
    }
    EXPECT_GE(back_filled, 150U);
    ASSERT_FALSE(all.empty());
    EXPECT_GE(all.size() + small + 2, *all.rbegin() - *all.begin() + 1U);
}

TEST_F(BackfillTest, ACameraThatRestsLeavesNoGapAndKeepsItsSession) {
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring", test::MediaWay::udp};
    const auto wait = [&](const char* sql) { return comes(vehicle, sql); };
    ASSERT_TRUE(wait("select count(*) from media.recording where frames > 30"));
    const std::filesystem::path ring = dir_.path() / "ring";
    ASSERT_TRUE(becomes(vehicle, [&] { return test::writes_nothing(ring); }));
    const std::uint64_t kept = vehicle.kept();
    const std::int64_t sessions = number("select count(*) from media.camera_session");
    vehicle.camera().duty(vehicle::CameraDuty::rests);
    // Longer than a gap may be, and than a session without effect is waited for. The file of before may have become whole in
    // the seconds until it rests, and another begun.
    ASSERT_TRUE(wait("select coalesce((bool_and(closed) and max(last_utc) < clock_timestamp() - interval '14 s')::int, 0) "
                     "from media.recording"));
    const std::int64_t before = rows();
    EXPECT_EQ(vehicle.kept(), kept) << "nor on board";
    EXPECT_TRUE(test::writes_nothing(ring));
    EXPECT_EQ(vehicle.camera().health(), "ok");
    vehicle.camera().duty(vehicle::CameraDuty::works);
    ASSERT_TRUE(becomes(vehicle, [&] { return rows() > before; }));
    ASSERT_TRUE(wait("select count(*) from media.recording where not closed and frames > 15"));
    EXPECT_EQ(number("select count(*) from media.recording_gap"), 0);
    EXPECT_EQ(number("select count(*) from media.camera_session"), sessions);
}

TEST_F(BackfillTest, AnOutageThatOutlastsItsCaseIsAGapAlthoughTheCameraRestsBehindIt) {
    postgres_->execute("insert into registry.station (id, region, name, place) overriding system value values (901, '140802', "
                       "'of the outage', st_point(110.9, 35.1)::geography); insert into registry.unit (id, name, station_id, vid) "
                       "overriding system value values (901, 'F9', 901, 'amb-zx01'); "
                       // Without incident, call and leader: a row of the past alone.
                       "set session_replication_role = replica; insert into dispatch.assignment (id, incident_id, unit_id, state, "
                       "created_at, created_by, term) values (77, 77, 901, 'accepted', clock_timestamp() - interval '1 h', 'li', 1)",
                       "postgres");
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring", test::MediaWay::udp};
    const auto wait = [&](const char* sql) { return comes(vehicle, sql); };
    ASSERT_TRUE(wait("select count(*) from media.recording where frames > 30"));
    vehicle.line().black_hole();
    vehicle.camera().duty(vehicle::CameraDuty::rests); // no picture comes when the link is back
    ASSERT_TRUE(wait("select count(*) from media.recording where last_utc < clock_timestamp() - "
                     "interval '11 s'"));
    EXPECT_EQ(number("select count(*) from media.recording_gap"), 0);
    postgres_->execute("set session_replication_role = replica; update dispatch.assignment set state = 'done', "
                       "ended_at = clock_timestamp() where id = 77",
                       "postgres");
    vehicle.line().heal();
    ASSERT_TRUE(wait("select count(*) from media.recording_gap"));
    EXPECT_EQ(number("select count(*) from media.recording_gap g join media.recording r on g.from_utc = r.last_utc join "
                     "dispatch.assignment a on a.incident_id = g.incident_id and a.ended_at = g.to_utc"),
              1);
    postgres_->execute("set session_replication_role = replica; delete from dispatch.assignment where id = 77; delete from "
                       "registry.unit where id = 901; delete from registry.station where id = 901",
                       "postgres");
}

TEST_F(BackfillTest, WhatIsNotTheVehiclesOrNotARecordingIsRefused) {
    start_mediad();
    const std::int64_t now_us = SystemClock{}.utc_us();
    vehicle::HttpsPut ours{target(kVid)};
    Film film{now_us - 60 * kSecondUs};
    // Before the registry was read nobody is ours.
    ASSERT_TRUE(eventually([&] { return status(film.ask(ours)) == 202; }, seconds{20}));

    EXPECT_EQ(status(film.ask(ours, kStranger)), 403U) << "another vehicle's folder";
    vehicle::HttpsPut stranger{target(kStranger)};
    EXPECT_EQ(status(film.ask(stranger, kStranger)), 403U) << "no vehicle of the registry";
    EXPECT_EQ(status(film.ask(stranger, kVid)), 403U);

    Film big{std::string(std::size_t{16} * 1024 * 1024 + 1, 'x'), now_us - 60 * kSecondUs};
    EXPECT_EQ(status(big.ask(ours)), 413U);
    Film old{now_us - std::int64_t{40} * 86'400 * kSecondUs};
    EXPECT_EQ(status(old.ask(ours)), 413U);
    Film ahead{now_us + 3600 * kSecondUs};
    EXPECT_EQ(status(ahead.ask(ours)), 413U);

    Film unasked{now_us - 90 * kSecondUs, 51};
    EXPECT_EQ(status(unasked.put(ours, 0, 100)), 404U);

    Film other{now_us - 120 * kSecondUs};
    other.claim(std::string(64, 'a'));
    ASSERT_EQ(status(other.ask(ours)), 202U);
    EXPECT_EQ(status(other.put(ours, 0, other.size())), 422U) << "another digest";
    EXPECT_EQ(status(other.put(ours, 0, other.size())), 404U) << "and its bytes are gone";
    Film noise{seal::random_bytes(5000), now_us - 150 * kSecondUs};
    ASSERT_EQ(status(noise.ask(ours)), 202U);
    EXPECT_EQ(status(noise.put(ours, 0, noise.size())), 422U) << "no recording";
    std::string tail = test::SmallMatroska::of(50).bytes() + "smuggled";
    Film longer{std::move(tail), now_us - 180 * kSecondUs};
    ASSERT_EQ(status(longer.ask(ours)), 202U);
    EXPECT_EQ(status(longer.put(ours, 0, longer.size())), 422U) << "more than a recording";
    EXPECT_EQ(rows(), 0);

    vehicle::HttpsTarget elsewhere = target(kVid);
    elsewhere.name = kStranger;
    vehicle::HttpsPut misled{elsewhere};
    EXPECT_EQ(film.ask(misled).error().code, Code::tls)
        << "a certificate of ours, not the server's";
}

TEST_F(BackfillTest, ATransferGoesOnWhereItWasWhateverEndsInBetween) {
    start_mediad();
    const std::int64_t first_us = SystemClock{}.utc_us() - 60 * kSecondUs;
    Film film{first_us};
    const std::size_t half = film.size() / 2;
    {
        vehicle::HttpsPut https{target(kVid)};
        ASSERT_TRUE(eventually([&] { return status(film.ask(https)) == 202; }, seconds{20}));
        const auto answer = film.put(https, 0, half);
        ASSERT_EQ(status(answer), 202U);
        EXPECT_EQ(answer->offset, half);
        EXPECT_EQ(film.put(https, 0, half)->offset, half) << "the same again";
        EXPECT_EQ(film.put(https, half + 1, 10)->offset, half) << "a hole is not made";
    }
    mediad_->signal(SIGKILL);
    mediad_->wait_exit(seconds{5});
    start_mediad();
    vehicle::HttpsPut https{target(kVid)};
    ASSERT_TRUE(eventually([&] { return status(film.ask(https)) == 202; }, seconds{20}));
    EXPECT_EQ(film.ask(https)->offset, half);
    EXPECT_EQ(status(film.put(https, half - 10, film.size() - half + 10)), 201U) << "overlapping";
    EXPECT_EQ(number("select count(*) from media.recording where source = 'backfill' and frames = "
                     "50 and closed and last_utc - first_utc = interval '1960 ms'"),
              1);
    EXPECT_TRUE(std::filesystem::exists(recordings() /
                                        postgres_->value("select path from media.recording")));
    EXPECT_EQ(status(film.ask(https)), 204U) << "an answer that was lost";
    EXPECT_TRUE(std::filesystem::is_empty(recordings() / "incoming"));
}

TEST_F(BackfillTest, ATransferGoesOnWhereItWasThoughItsVehicleMeasuredItsClockAnew) {
    start_mediad();
    const std::int64_t first_us = SystemClock{}.utc_us() - 60 * kSecondUs;
    vehicle::HttpsPut https{target(kVid)};
    Film before{first_us};
    const std::size_t half = before.size() / 2;
    ASSERT_TRUE(eventually([&] { return status(before.ask(https)) == 202; }, seconds{20}));
    ASSERT_EQ(status(before.put(https, 0, half)), 202U);
    Film again{first_us + 1'234};
    const auto answer = again.ask(https);
    ASSERT_EQ(status(answer), 202U);
    EXPECT_EQ(answer->offset, half);
    EXPECT_EQ(status(again.put(https, half, again.size() - half)), 201U);
    EXPECT_TRUE(std::filesystem::is_empty(recordings() / "incoming"));
    EXPECT_EQ(number("select count(*) from media.recording where source = 'backfill' and frames = 50"), 1);
}

TEST_F(BackfillTest, AnAnswerOfTheDatabaseThatIsLostCostsNoFile) {
    const auto line = std::move(*test::FaultProxy::start({.target_port = postgres_->port()}));
    database_port_ = line->port();
    start_mediad();
    vehicle::HttpsPut https{target(kVid)};
    const std::int64_t now_us = SystemClock{}.utc_us();
    Film first{now_us - 60 * kSecondUs}; // the statement is prepared with it
    ASSERT_TRUE(eventually([&] { return status(first.ask(https)) == 202; }, seconds{20}));
    ASSERT_EQ(status(first.put(https, 0, first.size())), 201U);
    Film film{now_us - 90 * kSecondUs};
    ASSERT_EQ(status(film.ask(https)), 202U);
    test::Faults silent;
    silent.passage = test::Passage::black_hole;
    line->set(test::Direction::down, silent);
    EXPECT_EQ(status(film.put(https, 0, film.size())), 503U);
    ASSERT_EQ(rows(), 2) << "the server wrote it";
    line->heal();
    ASSERT_TRUE(eventually([&] { return status(film.ask(https)) == 204; }, seconds{20})) << "and the vehicle removes its own";
    EXPECT_TRUE(std::filesystem::exists(recordings() /
                                        postgres_->value("select path from media.recording order by first_utc limit 1")));
}

TEST_F(BackfillTest, WhatTheRecordingHasIsNotTakenTwice) {
    start_mediad();
    const std::int64_t first_us = SystemClock{}.utc_us() - 60 * kSecondUs;
    postgres_->execute(
        "insert into media.recording (server, path, vid, camera, first_utc, last_utc, closed) "
        "values ('srv-media-a', 'live.mkv', 'amb-zx01', 'cabin', to_timestamp(" +
        std::to_string(first_us - kSecondUs) + " / 1e6), to_timestamp(" +
        std::to_string(first_us + kSecondUs / 2) + " / 1e6), true)");
    vehicle::HttpsPut https{target(kVid)};
    Film lacking{first_us};
    ASSERT_TRUE(eventually([&] { return status(lacking.ask(https)) == 202; }, seconds{20}))
        << "1.4 s of it lack";
    postgres_->execute("update media.recording set last_utc = first_utc + interval '3 s'");
    EXPECT_EQ(status(lacking.ask(https)), 204U);
    Film front{first_us};
    EXPECT_EQ(status(https.put(
                  "/backfill/v1/amb-zx01/front/" + std::to_string(first_us) + "-1960",
                  {{"Ems-Sha256", std::string(64, 'b')}, {"Content-Range", "bytes */500"}}, {})),
              202U)
        << "another camera's";
}

TEST_F(BackfillTest, AFullDiskTakesNothing) {
    start_mediad(900'000'000);
    vehicle::HttpsPut https{target(kVid)};
    Film film{SystemClock{}.utc_us() - 60 * kSecondUs};
    EXPECT_TRUE(eventually([&] { return status(film.ask(https)) == 507; }, seconds{20}));
}

TEST_F(BackfillTest, LivePicturesGoOnWhileTheDiskStandsAndWhatWasRefusedComesAgain) {
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring", test::MediaWay::udp};
    const auto wait = [&](const std::function<bool()>& condition) {
        return becomes(vehicle, condition, seconds{20});
    };
    std::atomic<int> pictures{0};
    ASSERT_TRUE(wait([&] { return vehicle.camera().frames_sent() > 5; }));
    const auto receiver =
        video::VideoReceiver::open(grant(), [&](const video::Picture&) { ++pictures; });
    ASSERT_TRUE(receiver);
    ASSERT_TRUE(wait([&] { return pictures > 5; }));

    const std::int64_t now_us = SystemClock{}.utc_us();
    Film film{now_us - 60 * kSecondUs};
    Film other{now_us - 90 * kSecondUs, 51};
    vehicle::HttpsPut first{target(kVid)};
    vehicle::HttpsPut second{target(kVid)};
    ASSERT_TRUE(wait([&] { return status(film.ask(first)) == 202; }));
    StandingDisk disk{recordings() / "incoming" / film.part()};
    const std::future<void> range = std::async(std::launch::async, [&] {
        static_cast<void>(film.put(first, 0, film.size() / 2));
    });
    EXPECT_TRUE(wait([&] { return status(other.ask(second)) == 503; })) << "told to come again";
    const int before = pictures;
    EXPECT_TRUE(wait([&] { return pictures > before + 30; }));
    EXPECT_EQ(status(other.ask(second)), 503U) << "it still stands";

    disk.go_on();
    range.wait();
    disk.become_a_file();
    EXPECT_TRUE(wait([&] { return status(other.ask(second)) == 202; }));
    EXPECT_EQ(status(other.put(second, 0, other.size())), 201U);
    ASSERT_EQ(status(film.ask(first)), 202U);
    EXPECT_EQ(status(film.put(first, 0, film.size())), 201U);
    EXPECT_EQ(number("select count(*) from media.recording where source = 'backfill'"), 2);
}

TEST_F(BackfillTest, AVehicleThatOnlyAsksDoesNotFillTheFolder) {
    start_mediad();
    vehicle::HttpsPut https{target(kVid)};
    const std::int64_t first_us = SystemClock{}.utc_us() - 3600 * kSecondUs;
    Film first{first_us};
    ASSERT_TRUE(eventually([&] { return status(first.ask(https)) == 202; }, seconds{20}));
    unsigned last = 202;
    int asked = 1;
    for (; last == 202 && asked < 100; ++asked) {
        Film film{first_us + asked * 5 * kSecondUs};
        last = status(film.claim(seal::sha256_hex(std::to_string(asked))).ask(https));
    }
    EXPECT_EQ(last, 507U);
    EXPECT_LT(asked, 40);
}

TEST_F(BackfillTest, AGapIsShortenedByWhatFillsAPartOfIt) {
    postgres_->execute(
        "insert into media.recording_gap (vid, camera, from_utc, to_utc) values ('amb-zx01', "
        "'cabin', '2026-10-01 08:00:00+00', '2026-10-01 08:01:00+00')");
    const auto fill = [](const char* from, const char* to) {
        postgres_->execute(std::string{"select media.add_backfill('srv-media-a', '"} + from +
                           "', 'amb-zx01', 'cabin', '2026-10-01 " + from + "+00', '2026-10-01 " +
                           to + "+00', 100, 1000)");
    };
    const auto gaps = [] {
        return postgres_->value(
            "select coalesce(string_agg(to_char(from_utc at time zone 'utc', 'MI:SS') || '-' || "
            "to_char(to_utc at time zone 'utc', 'MI:SS'), ' ' order by from_utc), '') from "
            "media.recording_gap");
    };
    fill("08:00:20", "08:00:30");
    EXPECT_EQ(gaps(), "00:00-00:20 00:30-01:00");
    fill("08:00:20", "08:00:30");
    EXPECT_EQ(rows(), 1) << "again: no event";
    fill("08:00:01", "08:00:20");
    EXPECT_EQ(gaps(), "00:30-01:00") << "a second is no gap";
    fill("08:00:30", "08:01:05");
    EXPECT_EQ(gaps(), "");
}

// Both programs as they run: the agent gives the permit and the server's place.
TEST_F(BackfillTest, TheVehiclesProgramSendsWhatItKeptWhileTheServerWasDown) {
    const test::ScriptedCentre centre{*broker_, kVid};
    const std::filesystem::path ring = dir_.path() / "ring";
    std::ofstream{dir_.path() / "vehicled.toml"}
        << "vid = \"" << kVid << "\"\nmqtt.port = " << broker_->port() << "\npki.dir = \""
        << broker_->pki_dir() << "\"\nspool.path = \"" << (dir_.path() / "spool.db").string()
        << "\"\nring.dir = \"" << ring.string()
        << "\"\nring.free_mib = 0\nring.segment_s = 4\nring.upload_kib_s = 4096\n"
        << "camera.when = \"always\"\ncameras.cabin.source = \"test:ball\"\n";
    start_mediad();
    const test::ChildProcess process{
        {test::program("ems-vehicled"), "--config", (dir_.path() / "vehicled.toml").string()},
        {(dir_.path() / "vehicled.log").string(), {}}};
    const auto files = [&] {
        std::error_code error;
        std::size_t count = 0;
        for (std::filesystem::recursive_directory_iterator at{ring, error}, end;
             !error && at != end; at.increment(error)) {
            count += at->path().extension() == ".mkv" ? 1U : 0U;
        }
        return count;
    };
    ASSERT_TRUE(eventually(
        [] { return number("select coalesce(sum(frames), 0) from media.recording") > 30; },
        seconds{40}));
    mediad_->signal(SIGKILL);
    mediad_->wait_exit(seconds{5});
    ASSERT_TRUE(eventually([&] { return files() >= 2; }, seconds{40}));
    start_mediad();
    EXPECT_TRUE(eventually(
        [] {
            return number("select count(*) from media.recording where source = 'backfill'") >= 2;
        },
        seconds{60}));
    EXPECT_TRUE(eventually([&] { return test::holds_nothing(ring); }, seconds{60}));
    EXPECT_LE(number("select media.uncovered_ms('amb-zx01', 'cabin', min(first_utc), "
                     "max(last_utc)) from media.recording"),
              2'000);
}

// The process on board dies while it writes: its file holds all but what was on its way.
TEST_F(BackfillTest, AVehicleKilledDuringAnOutageLosesLessThanAGroupOfPictures) {
    const std::filesystem::path ring = dir_.path() / "ring";
    std::ofstream{dir_.path() / "vehicled.toml"}
        << "vid = \"" << kVid << "\"\nmqtt.port = " << broker_->port() << "\npki.dir = \""
        << broker_->pki_dir() << "\"\nspool.path = \"" << (dir_.path() / "spool.db").string()
        << "\"\nring.dir = \"" << ring.string()
        << "\"\nring.free_mib = 0\nring.segment_s = 60\ncamera.when = \"always\"\ncameras.cabin.source = \"test:ball\"\n";
    test::ChildProcess process{
        {test::program("ems-vehicled"), "--config", (dir_.path() / "vehicled.toml").string()},
        {(dir_.path() / "vehicled.log").string(), {}}};
    const auto written = [&] {
        std::uintmax_t sum = 0;
        std::error_code error;
        for (std::filesystem::recursive_directory_iterator at{ring, error}, end;
             !error && at != end; at.increment(error)) {
            std::error_code ignored;
            sum += at->is_regular_file(ignored) ? at->file_size(ignored) : 0;
        }
        return sum;
    };
    ASSERT_TRUE(eventually([&] { return written() > 300'000; }, seconds{60}));
    process.signal(SIGKILL);
    const std::int64_t killed_us = SystemClock{}.utc_us();
    process.wait_exit(seconds{5});
    vehicle::RingLimits limits;
    limits.dir = ring.string();
    limits.free_bytes_min = 0;
    const auto shelf = vehicle::RingShelf::open(limits);
    ASSERT_TRUE(shelf);
    ASSERT_EQ((*shelf)->files().size(), 1U);
    const vehicle::RingFile file = (*shelf)->files()[0];
    EXPECT_GE(file.first_us + file.length_ms * 1000, killed_us - 2 * kSecondUs);
    EXPECT_EQ(test::film_numbers(ring / file.path).unreadable, file.frames)
        << "every picture is one, without numbers";
}

} // namespace
} // namespace ems::media
