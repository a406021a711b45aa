// What was recorded of a case is listed, read in parts and audited; a picture goes into the record once.
#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

const std::string kPicture = std::string{"\xff\xd8"} + std::string(70'000, 'p') + "\xff\xd9";

class RecordingsTest : public DispatchdTest {
  protected:
    RecordingsTest() {
        kill_server();
        std::filesystem::create_directories(dir_.path() / "video/day");
        std::ofstream{config_file(), std::ios::app} << "[record]\ndir = \"" << (dir_.path() / "video").string() << "\"\n";
        postgres_->execute("insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, "
                           "state, created_at, ended_at) values (901, '140802', '0001', '2025-03-10', 1, 'x', 'y', 1, 1, "
                           "'closed', '2025-03-10 10:00+00', '2025-03-10 11:00+00') on conflict do nothing;"
                           "insert into dispatch.assignment (id, incident_id, unit_id, state, created_at, created_by, "
                           "ended_at, term) values (901, 901, 1, 'done', '2025-03-10 10:00+00', 'li', '2025-03-10 10:50+00', "
                           "(select term from dispatch.leader)) on conflict do nothing");
        std::ofstream{dir_.path() / "video/day/one.mkv", std::ios::binary} << std::string(600'000, 'v');
        std::ofstream{dir_.path() / "secret"} << "not a recording";
        start();
    }
    static std::string add_recording(const std::string& path) {
        return postgres_->value("insert into media.recording (server, path, vid, camera, incident_id, first_utc, last_utc, "
                                "bytes, closed) values ('srv-media-a', '" +
                                path +
                                "', 'amb-1', 'cabin', 901, '2025-03-10 10:20+00', '2025-03-10 10:20:08+00', 600000, true) "
                                "on conflict (server, path) do update set closed = true returning id");
    }
    static api::ClientFrame picture(const std::string& key) {
        api::ClientFrame frame;
        frame.set_idempotency_key(key);
        api::StoreSnapshot& s = *frame.mutable_store_snapshot();
        s.set_incident_id(901);
        s.set_unit_id(1);
        s.set_camera("cabin");
        s.set_taken_us(std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count());
        s.set_jpeg(kPicture);
        s.set_width(640);
        s.set_height(360);
        return frame;
    }
    static api::ClientFrame read(api::Recording::Kind kind, const std::string& id, std::uint64_t offset) {
        api::ClientFrame frame;
        frame.mutable_read_recording()->set_kind(kind);
        frame.mutable_read_recording()->set_id(id);
        frame.mutable_read_recording()->set_offset(offset);
        return frame;
    }
    static std::string audits(const std::string& action) {
        return postgres_->value("select count(*) from dispatch.audit where action = '" + action + "'");
    }
};

TEST_F(RecordingsTest, APictureIsStoredOnceWithCaseVehicleCameraTimeAndWho) {
    auto doctor = desk("physician");
    const std::string before = audits("snapshot");
    const api::ClientFrame frame = picture("picture-1");
    const auto stored = ask(*doctor, frame);
    ASSERT_TRUE(stored) << stored.error().message();
    const auto again = ask(*doctor, frame);
    ASSERT_TRUE(again) << again.error().message();
    const std::string id = stored->snapshot_stored().snapshot_id();
    EXPECT_EQ(again->snapshot_stored().snapshot_id(), id);
    EXPECT_EQ(postgres_->value("select incident_id || ' ' || unit_id || ' ' || vid || ' ' || camera || ' ' || taken_by || ' ' "
                               "|| width || 'x' || height || ' ' || octet_length(jpeg) from media.snapshot where id = '" +
                               id + "'"),
              "901 1 amb-1 cabin physician 640x360 70004");
    EXPECT_EQ(std::stoi(audits("snapshot")), std::stoi(before) + 1);
    const auto got = ask(*doctor, read(api::Recording::SNAPSHOT, id, 0));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->recording_part().data(), kPicture);
    EXPECT_EQ(got->recording_part().total(), kPicture.size());
}

TEST_F(RecordingsTest, AFileIsReadInPartsAndItsReadingAuditedOnce) {
    const std::string id = add_recording("day/one.mkv");
    auto doctor = desk("physician");
    api::ClientFrame list;
    list.mutable_get_recordings()->set_incident_id(901);
    const auto listed = ask(*doctor, list);
    ASSERT_TRUE(listed) << listed.error().message();
    EXPECT_TRUE(listed->recordings().readable());
    const auto& rows = listed->recordings().recordings();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const api::Recording& r) {
        return r.kind() == api::Recording::VIDEO && r.id() == id;
    });
    ASSERT_NE(row, rows.end());
    EXPECT_EQ(row->unit_id(), 1);
    EXPECT_EQ(row->camera(), "cabin");
    EXPECT_EQ(row->last_us() - row->first_us(), 8'000'000);

    const std::string before = audits("read_recording");
    std::string bytes;
    std::size_t parts = 0;
    for (;; ++parts) {
        const auto got = ask(*doctor, read(api::Recording::VIDEO, id, bytes.size()));
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_LE(got->recording_part().data().size(), 256U * 1024U);
        bytes += got->recording_part().data();
        if (bytes.size() >= got->recording_part().total()) {
            break;
        }
    }
    EXPECT_EQ(parts, 2U);
    EXPECT_EQ(bytes, std::string(600'000, 'v'));
    EXPECT_EQ(std::stoi(audits("read_recording")), std::stoi(before) + 1);
    EXPECT_EQ(postgres_->value("select actor || ' ' || incident_id || ' ' || detail from dispatch.audit where action = "
                               "'read_recording' order by n desc limit 1"),
              "physician 901 kind=VIDEO id=" + id + " vid=amb-1");
}

TEST_F(RecordingsTest, WhoMayNotSeeACaseReadsNoRecording) {
    const std::string id = add_recording("day/one.mkv");
    auto auditor = desk("auditor");
    EXPECT_EQ(ask(*auditor, read(api::Recording::VIDEO, id, 0)).error().code, Code::forbidden);
}

TEST_F(RecordingsTest, APathThatLeavesTheFolderIsNotFollowed) {
    const std::string id = add_recording("../secret");
    auto doctor = desk("physician");
    EXPECT_EQ(ask(*doctor, read(api::Recording::VIDEO, id, 0)).error().code, Code::corrupt);
    EXPECT_EQ(ask(*doctor, read(api::Recording::VIDEO, add_recording("day/gone.mkv"), 0)).error().code, Code::recording_gone);
    EXPECT_EQ(ask(*doctor, read(api::Recording::GAP, "1", 0)).error().code, Code::choice_unknown);
}

TEST_F(RecordingsTest, CasesOfThePastAreFoundByTheirDay) {
    auto doctor = desk("physician");
    api::ClientFrame frame;
    frame.mutable_find_cases()->set_from_us(1'741'564'800'000'000); // 2025-03-10T00:00Z
    frame.mutable_find_cases()->set_to_us(1'741'651'200'000'000);
    const auto found = ask(*doctor, frame);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->cases().incidents_size(), 1);
    EXPECT_EQ(found->cases().incidents(0).id(), 901);
    EXPECT_FALSE(found->cases().more());
    frame.mutable_find_cases()->set_to_us(1'741'564'800'000'000 + 32 * 86'400'000'000);
    EXPECT_EQ(ask(*doctor, frame).error().code, Code::interval_needed);
}

TEST_F(RecordingsTest, CamerasThatSendAreTold) {
    postgres_->execute("insert into media.server (name, host, port) values ('srv-media-a', '127.0.0.1', 9000) on conflict do "
                       "nothing; insert into media.camera_session (session_id, vid, camera, server, ssrc, expires_at, ended_at) "
                       "values ('s1', 'amb-1', 'cabin', 'srv-media-a', 1, now() + interval '1 h', null), "
                       "('s2', 'amb-1', 'front', 'srv-media-a', 2, now() + interval '1 h', null), "
                       "('s3', 'amb-2', 'cabin', 'srv-media-a', 3, now() + interval '1 h', now()) on conflict do nothing");
    auto doctor = desk("physician");
    api::ClientFrame frame;
    frame.mutable_get_cameras();
    const auto got = ask(*doctor, frame);
    ASSERT_TRUE(got) << got.error().message();
    ASSERT_EQ(got->cameras().cameras_size(), 2);
    EXPECT_EQ(got->cameras().cameras(1).unit_id(), 1);
    EXPECT_EQ(got->cameras().cameras(1).camera(), "front");
}

} // namespace
} // namespace ems::dispatch
