// Under which incident pictures, speech and their gaps are filed, on a real PostgreSQL.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <string>

#include "telemetry/media/media_store.h"
#include "telemetry/media/recording_limits.h"
#include "telemetry/media/voice_store.h"
#include "tests/support/child_process.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"

namespace ems::media {
namespace {

constexpr std::int64_t kStartUs = 1'790'000'000'000'000;
constexpr std::int64_t kSecondUs = 1'000'000;

class Filing : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Yanhu') on conflict do nothing;"
                           "insert into registry.station (id, region, name, place) overriding system value values "
                           "(900, '140802', 'of filing', st_point(110.9, 35.1)::geography);"
                           "insert into registry.vehicle (vid, region) values ('amb-f1', '140802');"
                           "insert into registry.unit (id, name, station_id, vid) overriding system value values "
                           "(900, 'F1', 900, 'amb-f1')");
    }
    static void TearDownTestSuite() { postgres_.reset(); }
    void SetUp() override {
        postgres_->execute("truncate media.recording, media.recording_gap, media.voice_recording, media.camera_rest");
        // Without incident, call and leader: rows of the past alone.
        postgres_->execute("set session_replication_role = replica; delete from dispatch.assignment", "postgres");
        auto opened = test::run_coroutine(io_, db_.open());
        ASSERT_TRUE(opened) << opened.error().message();
    }
    // The vehicle served `incident` from then on; `to_s` < 0: it still does.
    void serves(std::int64_t incident, int from_s, int to_s) {
        const auto at = [](int s) { return "dispatch.ts(" + std::to_string(kStartUs + s * kSecondUs) + ")"; };
        postgres_->execute("set session_replication_role = replica; insert into dispatch.assignment (id, incident_id, unit_id, "
                           "state, created_at, created_by, ended_at, term) values (" +
                               std::to_string(incident) + ", " + std::to_string(incident) + ", 900, '" +
                               (to_s < 0 ? "accepted" : "cancelled") + "', " + at(from_s) + ", 'li', " +
                               (to_s < 0 ? "null" : at(to_s)) + ", 1)",
                           "postgres");
    }
    void is_diverted(std::int64_t incident, int at_s) {
        postgres_->execute("set session_replication_role = replica; update dispatch.assignment set state = 'cancelled', ended_at = "
                           "dispatch.ts(" + std::to_string(kStartUs + at_s * kSecondUs) + ") where id = " + std::to_string(incident),
                           "postgres");
    }
    // `rested_s`: the camera's newest word that it rests; below 0: none.
    Serves picture(const std::string& path, int from_s, int to_s, int rested_s = -1) {
        Segment segment;
        segment.path = path;
        segment.first_us = kStartUs + from_s * kSecondUs;
        segment.last_us = kStartUs + to_s * kSecondUs;
        const std::int64_t rested_us = rested_s < 0 ? 0 : kStartUs + rested_s * kSecondUs;
        CameraKey camera{"amb-f1", "cabin"};
        auto saved = test::run_coroutine(io_, store_.save_segment(std::move(camera), std::move(segment), rested_us));
        EXPECT_TRUE(saved) << saved.error().message();
        return saved ? *saved : Serves::the_same;
    }
    // Behind a while of neither picture nor word; `before_s`: the word before, below 0: not known.
    void rests(int said_s, int before_s = -1) {
        RestRecord::Word word{{"amb-f1", "cabin"}, kStartUs + said_s * kSecondUs, before_s < 0 ? 0 : kStartUs + before_s * kSecondUs};
        auto saved = test::run_coroutine(io_, store_.save_rest(std::move(word)));
        EXPECT_TRUE(saved) << saved.error().message();
    }
    void rests_on_until(int said_s) {
        auto saved = test::run_coroutine(io_, store_.save_rests({{{"amb-f1", "cabin"}, kStartUs + said_s * kSecondUs},
                                                                 {{"amb-gone", "cabin"}, kStartUs}}));
        EXPECT_TRUE(saved) << saved.error().message();
    }
    // "incident from to", seconds of the test.
    static std::vector<std::string> gaps() {
        return postgres_->column("select incident_id || ' ' || extract(epoch from from_utc - t)::int || ' ' || "
                                 "extract(epoch from to_utc - t)::int from media.recording_gap, (select dispatch.ts(" +
                                 std::to_string(kStartUs) + ") as t) start order by from_utc");
    }
    Serves speech(const std::string& path, int from_s, int to_s) {
        VoiceFile file;
        file.path = path;
        file.vid = "amb-f1";
        file.speaker = "crew";
        file.first_us = kStartUs + from_s * kSecondUs;
        file.last_us = kStartUs + to_s * kSecondUs;
        auto saved = test::run_coroutine(io_, voice_.save_file(std::move(file)));
        EXPECT_TRUE(saved) << saved.error().message();
        return saved ? *saved : Serves::the_same;
    }
    static std::string of_picture(const std::string& path) {
        return postgres_->value("select incident_id from media.recording where path = '" + path + "'");
    }
    static std::string of_speech(const std::string& path) {
        return postgres_->value("select incident_id from media.voice_recording where path = '" + path + "'");
    }

    static inline std::unique_ptr<test::TempPostgres> postgres_;
    boost::asio::io_context io_;
    pg::Connection db_{io_.get_executor(), {postgres_->conninfo("ems_media")}};
    MediaStore store_{db_, "srv-media-a"};
    VoiceStore voice_{db_, "srv-media-a"};
    DiskThread disk_;
};

TEST_F(Filing, ADivertedUnitLeavesItsFirstPatientWhereThePictureWasTaken) {
    serves(1, 0, -1);
    picture("open.mkv", 10, 20);
    speech("open.ogg", 10, 20);
    is_diverted(1, 25);
    serves(2, 25, -1);
    picture("open.mkv", 10, 40);
    speech("open.ogg", 10, 40);
    EXPECT_EQ(of_picture("open.mkv"), "1");
    EXPECT_EQ(of_speech("open.ogg"), "1");
    picture("late.mkv", 5, 24);
    EXPECT_EQ(of_picture("late.mkv"), "1") << "its row was written behind the order";
    picture("next.mkv", 41, 50);
    EXPECT_EQ(of_picture("next.mkv"), "2");
}

TEST_F(Filing, AFileThatGrowsIntoAnotherIncidentIsToBeCut) {
    serves(1, 0, -1);
    EXPECT_EQ(picture("one", 10, 12), Serves::the_same);
    EXPECT_EQ(speech("one", 10, 12), Serves::the_same);
    is_diverted(1, 13);
    EXPECT_EQ(picture("one", 10, 14), Serves::the_same) << "it serves none";
    serves(2, 15, -1);
    EXPECT_EQ(picture("one", 10, 16), Serves::another);
    EXPECT_EQ(speech("one", 10, 16), Serves::another);
    EXPECT_EQ(picture("two", 16, 17), Serves::the_same);
    EXPECT_EQ(speech("two", 16, 17), Serves::the_same);
}

TEST_F(Filing, APictureThatBeganBeforeTheOrderIsOfTheIncidentThatItThenShows) {
    picture("waiting.mkv", 0, 10);
    EXPECT_EQ(of_picture("waiting.mkv"), "");
    serves(1, 20, -1);
    picture("waiting.mkv", 0, 30);
    EXPECT_EQ(of_picture("waiting.mkv"), "1");
    is_diverted(1, 40);
    serves(2, 40, -1);
    picture("whole.mkv", 35, 60);
    EXPECT_EQ(of_picture("whole.mkv"), "2") << "told at once: the longest part of it";
}

TEST_F(Filing, AGapIsOfTheIncidentWhosePictureEnded) {
    serves(1, 0, 30);
    serves(2, 40, -1);
    picture("before.mkv", 10, 20);
    picture("behind.mkv", 50, 51);
    EXPECT_EQ(gaps(), (std::vector<std::string>{"1 20 50", "2 40 50"})) << "and its own part of the one that began in it";
    picture("later.mkv", 60, 61);
    EXPECT_EQ(gaps(), (std::vector<std::string>{"1 20 50", "2 40 50", "2 51 60"}));
}

TEST_F(Filing, AGapBehindAPictureOfNoneIsOfTheIncidentThatBeganInIt) {
    picture("before.mkv", 10, 20);
    serves(3, 30, -1);
    picture("behind.mkv", 50, 51);
    EXPECT_EQ(postgres_->value("select incident_id from media.recording_gap"), "3");
}

TEST_F(Filing, ACameraThatRestedLeavesNoGap) {
    serves(4, 0, 30);
    picture("first.mkv", 0, 20);
    serves(5, 3'600, -1);
    picture("second.mkv", 3'601, 3'620, 3'599);
    EXPECT_EQ(postgres_->value("select count(*) from media.recording_gap"), "0");
    picture("third.mkv", 3'630, 3'640, 3'599);
    EXPECT_EQ(postgres_->value("select incident_id from media.recording_gap"), "5")
        << "nobody said that it rested then";
}

TEST_F(Filing, AGapBehindARestBeginsWithTheCase) {
    picture("first.mkv", 0, 20);
    serves(6, 3'600, -1);
    picture("second.mkv", 3'700, 3'720, 3'590);
    EXPECT_EQ(gaps(), std::vector<std::string>{"6 3600 3700"});
}

TEST_F(Filing, AGapBehindARestThatWentOnIntoTheCaseBeginsWithTheLastWordOfIt) {
    picture("first.mkv", 0, 20);
    serves(6, 3'600, -1);
    picture("second.mkv", 3'700, 3'720, 3'630);
    EXPECT_EQ(gaps(), std::vector<std::string>{"6 3630 3700"});
}

TEST_F(Filing, AnOutageThatOutlastsItsCaseIsAGapUntilTheCaseEnded) {
    serves(7, 0, 100);
    picture("first.mkv", 0, 20);
    rests(900);
    EXPECT_EQ(gaps(), std::vector<std::string>{"7 20 100"});
    rests(950);
    serves(8, 3'600, -1);
    picture("second.mkv", 3'601, 3'620, 3'599);
    EXPECT_EQ(gaps(), std::vector<std::string>{"7 20 100"}) << "told again, and behind it";
}

TEST_F(Filing, AnOutageOfACaseThatGoesOnEndsWithTheWordOfRest) {
    serves(7, 0, -1);
    picture("first.mkv", 0, 20);
    rests(900);
    EXPECT_EQ(gaps(), std::vector<std::string>{"7 20 900"});
}

TEST_F(Filing, AnOutageBehindWhichItRestsIsAGapOfEachCaseThatFellIntoIt) {
    serves(7, 0, 100);
    serves(8, 100, 300);
    serves(9, 5'000, 5'300);
    picture("first.mkv", 0, 20);
    rests(6'000);
    EXPECT_EQ(gaps(), (std::vector<std::string>{"7 20 100", "8 100 300", "9 5000 5300"}));
}

TEST_F(Filing, ACaseOutOfReachBetweenTwoWordsOfRestIsAGap) {
    picture("first.mkv", 0, 20);
    rests(40);
    rests_on_until(80);
    serves(7, 100, 300);
    rests(450);
    EXPECT_EQ(gaps(), std::vector<std::string>{"7 100 300"});
    serves(8, 500, 510);
    serves(9, 510, 600);
    rests(700, 530);
    EXPECT_EQ(gaps(), (std::vector<std::string>{"7 100 300", "9 530 600"})) << "the word before was newer than what is written";
}

TEST_F(Filing, APictureBehindARestTellsWhatEachCaseSinceLacks) {
    picture("first.mkv", 0, 20);
    serves(7, 100, 300);
    serves(8, 300, -1);
    picture("second.mkv", 350, 360, 50);
    EXPECT_EQ(gaps(), (std::vector<std::string>{"7 100 300", "8 300 350"}));
}

TEST_F(Filing, ACameraThatWasNeverRecordedOwesTheCasesBehindItsFirstWord) {
    serves(6, 0, 55);
    rests(50);
    EXPECT_TRUE(gaps().empty()) << "nobody knows since when it is there";
    serves(7, 100, 300);
    rests(450);
    serves(8, 500, -1);
    picture("first.mkv", 550, 560);
    EXPECT_EQ(gaps(), (std::vector<std::string>{"7 100 300", "8 500 550"}));
}

TEST_F(Filing, AWordOfRestFromBehindTheFirstPictureSaysNothingOfTheGapBeforeIt) {
    serves(7, 0, -1);
    picture("first.mkv", 0, 20);
    rests_on_until(900);
    picture("second.mkv", 60, 70);
    EXPECT_EQ(gaps(), std::vector<std::string>{"7 20 60"}) << "its row was written late";
}

TEST_F(Filing, ACameraThatWorkedUntilItsCaseEndedLeavesNoGapWhenItRests) {
    serves(7, 0, 100);
    picture("first.mkv", 0, 91);
    rests(102);
    EXPECT_TRUE(gaps().empty()) << "words and pictures come when they can";
    picture("woken.mkv", 200, 210);
    rests(240);
    EXPECT_TRUE(gaps().empty()) << "watched without a case";
}

TEST_F(Filing, AVehicleThatWasAwayBetweenTwoCasesLeavesNoGapThere) {
    serves(7, 0, 100);
    picture("first.mkv", 0, 100);
    rests(222);
    serves(8, 28'800, -1);
    picture("second.mkv", 28'802, 28'820);
    EXPECT_TRUE(gaps().empty()) << "its session was over, and nobody knows a word of rest";
}

TEST_F(Filing, AVehicleThatWasAwayUntilItsCaseRanLacksThatPart) {
    serves(7, 0, 100);
    picture("first.mkv", 0, 100);
    rests(222);
    serves(8, 28'800, -1);
    picture("second.mkv", 28'900, 28'920);
    EXPECT_EQ(gaps(), std::vector<std::string>{"8 28800 28900"});
}

TEST_F(Filing, AFileThatCannotGoMakesNoRoomAndHidesNoOther) {
    test::TempDir root;
    const auto add = [&](const std::string& path) {
        postgres_->execute("insert into media.recording (server, path, vid, camera, first_utc, last_utc, bytes, closed) select "
                           "'srv-media-a', '" + path + "', 'amb-f1', 'cabin', t, t, 1048576, true from (select now() - interval "
                           "'1 day' + count(*) * interval '1 minute' as t from media.recording) next");
    };
    std::filesystem::create_directories(root.path() / "stuck" / "by-this");
    add("stuck");
    for (const char* name : {"first.mkv", "second.mkv"}) {
        std::ofstream{root.path() / name} << "x";
        add(name);
    }
    RecordingLimits limits;
    limits.mib = 2;
    RecordingKeeper keeper{store_, disk_, root.path().string(), limits};
    ASSERT_TRUE(test::run_coroutine(io_, keeper.run()));
    EXPECT_FALSE(std::filesystem::exists(root.path() / "first.mkv")) << "it goes instead";
    EXPECT_TRUE(std::filesystem::exists(root.path() / "second.mkv"));
    for (std::int64_t i = 0; i < RecordingKeeper::kRemovedPerRun; ++i) {
        const std::string name = "stuck-" + std::to_string(i);
        std::filesystem::create_directories(root.path() / name / "by-this");
        add(name);
    }
    postgres_->execute("update media.recording set first_utc = first_utc - interval '2 days' where path like 'stuck-%'");
    limits.mib = 51;
    RecordingKeeper other{store_, disk_, root.path().string(), limits};
    ASSERT_TRUE(test::run_coroutine(io_, other.run()));
    ASSERT_TRUE(test::run_coroutine(io_, other.run()));
    EXPECT_FALSE(std::filesystem::exists(root.path() / "second.mkv")) << "behind more that are stuck than one run looks at";
}

TEST_F(Filing, TheRelayGoesOnWhileTheDiskTakesItsTimeToRemoveAFile) {
    const test::TempDir root;
    std::ofstream{root.path() / "old.mkv"} << "x";
    postgres_->execute("insert into media.recording (server, path, vid, camera, first_utc, last_utc, bytes, closed) values "
                       "('srv-media-a', 'old.mkv', 'amb-f1', 'cabin', now() - interval '91 days', now(), 1, true)");
    RecordingLimits limits;
    limits.days = 90;
    RecordingKeeper keeper{store_, disk_, root.path().string(), limits};
    std::promise<void> disk_is_back;
    std::function<Result<void>()> hold = [until = disk_is_back.get_future().share()]() -> Result<void> {
        until.wait();
        return {};
    };
    int done = 0;
    const auto count = [&done](const std::exception_ptr& escaped, const Result<void>& result) {
        EXPECT_EQ(escaped, nullptr);
        EXPECT_TRUE(result);
        ++done;
    };
    boost::asio::co_spawn(io_, disk_.run<void>(std::move(hold)), count);
    boost::asio::co_spawn(io_, keeper.run(), count);
    io_.restart();
    const bool waits = test::eventually(
        [&] {
            io_.poll(); // returns: nothing on the loop waits for the disk
            return disk_.waiting() == 2;
        },
        std::chrono::seconds{10});
    EXPECT_TRUE(waits);
    EXPECT_TRUE(std::filesystem::exists(root.path() / "old.mkv"));
    disk_is_back.set_value();
    io_.run();
    EXPECT_EQ(done, 2);
    EXPECT_FALSE(std::filesystem::exists(root.path() / "old.mkv"));
    EXPECT_EQ(postgres_->value("select count(*) from media.recording"), "0");
}

TEST_F(Filing, AFileThatCannotBeRemovedIsCounted) {
    const test::TempDir root;
    std::filesystem::create_directories(root.path() / "stuck" / "by-this");
    const auto removed = test::run_coroutine(io_, disk_.remove(root.path(), "stuck", "2000-01-01"));
    EXPECT_FALSE(removed);
    EXPECT_EQ(disk_.failed(), 1U);
}

TEST_F(Filing, SpeechGoesByItsAgeAsPicturesDo) {
    const test::TempDir root;
    // `incident` 0: of none.
    const auto add = [&](const std::string& path, int incident, int days) {
        std::ofstream{root.path() / path} << "x";
        postgres_->execute("insert into media.voice_recording (server, path, vid, incident_id, direction, speaker, first_utc, "
                           "last_utc, bytes, closed) values ('srv-media-a', '" + path + "', 'amb-f1', nullif(" +
                           std::to_string(incident) + ", 0), 'from_crew', 'crew', now() - interval '" + std::to_string(days) +
                           " days', now(), 1048576, true)");
    };
    add("of-none-old.opus", 0, 91);
    add("of-none.opus", 0, 89);
    add("of-one-old.opus", 1, 731);
    add("of-one.opus", 1, 729);
    RecordingLimits limits;
    limits.days = 90;
    limits.incident_days = 730;
    RecordingKeeper keeper{store_, disk_, root.path().string(), limits};
    ASSERT_TRUE(test::run_coroutine(io_, keeper.run()));
    EXPECT_EQ(postgres_->column("select path from media.voice_recording order by path"),
              (std::vector<std::string>{"of-none.opus", "of-one.opus"}));
    EXPECT_FALSE(std::filesystem::exists(root.path() / "of-none-old.opus"));
    EXPECT_FALSE(std::filesystem::exists(root.path() / "of-one-old.opus"));
    EXPECT_TRUE(std::filesystem::exists(root.path() / "of-one.opus"));
    limits.mib = 1;
    RecordingKeeper narrow{store_, disk_, root.path().string(), limits};
    ASSERT_TRUE(test::run_coroutine(io_, narrow.run()));
    EXPECT_EQ(postgres_->column("select path from media.voice_recording"), std::vector<std::string>{"of-one.opus"})
        << "speech counts for the room of all recordings";
}

TEST_F(Filing, GrantsOfAMonthAgoAreForgotten) {
    postgres_->execute("insert into media.server (name, host, port) values ('srv-media-a', '127.0.0.1', 5000);"
                       "select media.create_viewer_grant('old', 'amb-f1', 'cabin', 'li', 256, 1, '', '', 60);"
                       "select media.create_viewer_grant('new', 'amb-f1', 'cabin', 'li', 512, 2, '', '', 60);"
                       "select media.create_voice_grant('old', 'amb-f1', 'li', 'physician', 256, 512, '', '', 60);"
                       "select media.create_voice_grant('new', 'amb-f1', 'li', 'physician', 768, 1024, '', '', 60)");
    for (const char* table : {"viewer_grant", "voice_grant"}) {
        postgres_->execute(std::string{"update media."} + table + " set expires_at = now() - interval '31 days' where grant_id = 'old'");
    }
    ASSERT_TRUE(test::run_coroutine(io_, store_.prune_grants()));
    EXPECT_EQ(postgres_->column("select grant_id from media.viewer_grant union all select grant_id from media.voice_grant"),
              (std::vector<std::string>{"new", "new"}));
}

TEST_F(Filing, OnlyTheIncidentThatIsServedNowIsServedForEver) {
    serves(1, 0, 30);
    EXPECT_EQ(postgres_->value("select media.incident_of('amb-f1', 'infinity')"), "");
    serves(2, 40, -1);
    EXPECT_EQ(postgres_->value("select media.incident_of('amb-f1', 'infinity')"), "2");
}

} // namespace
} // namespace ems::media
