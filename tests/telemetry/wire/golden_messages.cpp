#include "tests/telemetry/wire/golden_messages.h"

#include <limits>
#include <utility>

#include "telemetry/wire/ems.pb.h"

namespace ems::test {
namespace {

constexpr std::uint64_t kSpool = 0xF1E2D3C4B5A69788U;
constexpr std::int64_t kThen = 1'773'830'536'123'456;

// Not a UUID of anything: every byte tells its place.
constexpr const char* kEventId = "00010203-0405-4607-8809-0a0b0c0d0e0f";
constexpr const char* kCommandId = "10111213-1415-4617-9819-1a1b1c1d1e1f";

std::string counting_bytes(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(static_cast<char>(0xF0 + i));
    }
    return out;
}

template <class M, class Fill> GoldenMessage golden(std::string name, Fill fill) {
    auto message = std::make_unique<M>();
    fill(*message);
    return {std::move(name), std::move(message)};
}

// ------------------------------------------------------------------------------------------------
// stream A

wire::Event event() {
    wire::Event out;
    out.set_event_id(kEventId);
    out.set_incident_id(34);
    out.set_assignment_id(17);
    out.set_source(wire::SOURCE_CREW_BUTTON);
    return out;
}

void fill_report(wire::StateReport& report) {
    report.set_state(wire::UNIT_AT_SCENE);
    report.set_lat_e7(350'390'933);
    report.set_lon_e7(-1'109'853'900);
    report.set_note("到达 scene");
}

void add_events(std::vector<GoldenMessage>& out) {
    out.push_back(golden<wire::Event>("event_state", [](wire::Event& m) {
        m = event();
        fill_report(*m.mutable_state());
    }));
    out.push_back(golden<wire::Event>("event_state_fence", [](wire::Event& m) {
        m = event();
        fill_report(*m.mutable_state());
        m.mutable_state()->set_fence_us(kThen - 240'000'000);
    }));
    out.push_back(golden<wire::Event>("event_command_ack_arrived", [](wire::Event& m) {
        m = event();
        m.mutable_command_ack()->set_command_id(kCommandId);
        m.mutable_command_ack()->set_result(wire::CommandAck::ARRIVED);
        m.mutable_command_ack()->set_fence_us(kThen - 60'000'000);
    }));
    out.push_back(golden<wire::Event>("event_proposal", [](wire::Event& m) {
        m = event();
        m.set_source(wire::SOURCE_GEOFENCE);
        fill_report(*m.mutable_proposal());
    }));
    out.push_back(golden<wire::Event>("event_command_ack", [](wire::Event& m) {
        m = event();
        m.set_source(wire::SOURCE_SYSTEM);
        m.mutable_command_ack()->set_command_id(kCommandId);
        m.mutable_command_ack()->set_result(wire::CommandAck::REFUSED);
        m.mutable_command_ack()->set_note("爆胎");
    }));
    out.push_back(golden<wire::Event>("event_command_ack_numbers", [](wire::Event& m) {
        m = event();
        m.set_source(wire::SOURCE_SYSTEM);
        m.mutable_command_ack()->set_command_id(kCommandId);
        m.mutable_command_ack()->set_result(wire::CommandAck::SUPERSEDED);
        m.mutable_command_ack()->set_highest_term(57);
        m.mutable_command_ack()->set_executed_unit_seq(500);
    }));
    out.push_back(golden<wire::Event>("event_ecg_mark", [](wire::Event& m) {
        m = event();
        m.set_source(wire::SOURCE_CREW_BUTTON);
        m.mutable_ecg_mark()->set_from_us(1'763'000'000'000'000);
        m.mutable_ecg_mark()->set_duration_ms(10'000);
        m.mutable_ecg_mark()->set_leads(12);
    }));
    out.push_back(golden<wire::Event>("event_alarm", [](wire::Event& m) {
        m = event();
        m.set_source(wire::SOURCE_DEVICE);
        m.mutable_alarm()->set_code("hr_high");
        m.mutable_alarm()->set_priority(wire::Alarm::MEDIUM);
        m.mutable_alarm()->set_technical(true);
        m.mutable_alarm()->set_active(true);
        m.mutable_alarm()->set_value("142 > 120");
    }));
    out.push_back(golden<wire::Event>("event_gap", [](wire::Event& m) {
        m = event();
        m.mutable_gap()->set_stream(wire::STREAM_W);
        m.mutable_gap()->set_from_seq(300);
        m.mutable_gap()->set_to_seq(70'000);
        m.mutable_gap()->set_reason("quota");
    }));
    out.push_back(golden<wire::Event>("event_inputs", [](wire::Event& m) {
        m = event();
        m.set_source(wire::SOURCE_DEVICE);
        m.mutable_inputs()->set_ignition_on(true);
        m.mutable_inputs()->set_door_open(true);
        m.mutable_inputs()->set_siren_on(true);
        m.mutable_inputs()->set_beacon_on(true);
        m.mutable_inputs()->set_fuel_pct(63);
        m.mutable_inputs()->set_speed_kmh(41);
    }));
    out.push_back(golden<wire::Event>("event_patient_group", [](wire::Event& m) {
        m = event();
        m.mutable_patient_group()->set_group(wire::PATIENT_INFANT);
    }));
    out.push_back(golden<wire::Event>("event_findings", [](wire::Event& m) {
        m = event();
        auto& found = *m.mutable_findings();
        found.set_age_months(700);
        found.set_sex("f");
        found.set_consciousness(wire::PatientFindings::VOICE);
        found.set_gcs_eyes(3);
        found.set_gcs_verbal(0);
        found.set_gcs_motor(5);
        found.set_oxygen_dl_min(30);
        found.set_temp_cdeg(3'680);
        found.set_pain(6);
        found.set_glucose_dmmol(72);
        found.mutable_complaints()->add_code("chest_pain");
        found.mutable_notes()->add_code("iv_access");
        found.mutable_notes()->add_code("no_allergy");
    }));
    out.push_back(golden<wire::PatientChart>("patient_chart", [](wire::PatientChart& m) {
        m.mutable_findings()->set_pain(6);
        (*m.mutable_found_us())[wire::PatientFindings::kPainFieldNumber] = kThen;
    }));
    out.push_back(golden<wire::Event>("event_findings_withdrawn", [](wire::Event& m) {
        m = event();
        auto& found = *m.mutable_findings();
        found.set_onset_min_before(30);
        found.set_weight_kg(62);
        found.add_withdrawn(wire::PatientFindings::kPainFieldNumber);
    }));
    out.push_back(golden<wire::PatientChart>("patient_chart_withdrawn", [](wire::PatientChart& m) {
        m.mutable_findings()->set_weight_kg(62);
        (*m.mutable_found_us())[wire::PatientFindings::kWeightKgFieldNumber] = kThen;
        m.mutable_withdrawn()->set_pain(6);
        (*m.mutable_withdrawn_found_us())[wire::PatientFindings::kPainFieldNumber] = kThen;
        (*m.mutable_withdrawn_us())[wire::PatientFindings::kPainFieldNumber] = kThen + 60'000'000;
    }));
}

// ------------------------------------------------------------------------------------------------
// streams G, V, W

wire::Position position() {
    wire::Position out;
    out.set_lat_e7(350'390'933);
    out.set_lon_e7(1'109'853'900);
    out.set_speed_cm_s(1'111);
    out.set_course_cdeg(35'999);
    out.set_altitude_dm(-3'714);
    out.set_hdop_centi(120);
    out.set_satellites(17);
    out.set_fix_mode(3);
    return out;
}

wire::Vitals vitals() {
    wire::Vitals out;
    out.set_hr_bpm(88);
    out.set_pr_bpm(87);
    out.set_spo2_pct(97);
    out.set_rr_bpm(18);
    out.set_nibp_sys_mmhg(142);
    out.set_nibp_dia_mmhg(91);
    out.set_nibp_mean_mmhg(108);
    out.set_etco2_mmhg(35);
    out.set_temp_cdeg(3'680);
    out.set_nibp_t_us(kThen - 60'000'000);
    out.set_invalid_mask(1U << 3U);
    return out;
}

wire::Vitals vitals_cuff_age() {
    wire::Vitals out = vitals();
    out.clear_nibp_t_us();
    out.set_nibp_age_ms(60'000);
    return out;
}

wire::WaveBatch wave() {
    wire::WaveBatch out;
    out.set_recording(0x0123456789ABCDEFU);
    out.set_rate_mhz(500'000);
    out.set_lead_mask(3);
    out.set_first_sample(1'000'000'000'000);
    out.set_count(4);
    out.set_gain_nv(2'440);
    for (const int delta : {10, -1, 0, 127, -8'388'608, 300, -300, 8'388'607}) {
        out.add_deltas(delta);
    }
    out.set_lead_off_mask(2);
    out.set_pleth_rate_mhz(125'000);
    out.set_pleth_first_sample(250'000'000'000);
    out.add_pleth_deltas(64);
    out.add_pleth_deltas(-65);
    out.set_simulated(true);
    return out;
}

wire::Envelope envelope(wire::Stream stream, std::uint64_t seq, const std::string& body) {
    wire::Envelope out;
    out.set_spool(kSpool);
    out.set_seq(seq);
    out.set_t_us(kThen);
    out.set_clk(wire::CLOCK_GNSS);
    out.set_ver(1);
    out.set_body(body);
    out.set_stream(stream);
    return out;
}

void add_records(std::vector<GoldenMessage>& out) {
    out.push_back(golden<wire::Position>("position", [](wire::Position& m) { m = position(); }));
    out.push_back(golden<wire::Vitals>("vitals", [](wire::Vitals& m) { m = vitals(); }));
    out.push_back(golden<wire::Vitals>("vitals_cuff_age",
                                       [](wire::Vitals& m) { m = vitals_cuff_age(); }));
    out.push_back(golden<wire::Vitals>("vitals_ages", [](wire::Vitals& m) {
        m = vitals_cuff_age();
        auto& spo2 = *m.add_ages();
        spo2.set_bit(2);
        spo2.set_age_ms(4'000);
        auto& hr = *m.add_ages(); // bit 0, which has no byte of its own
        hr.set_age_ms(9'999);
    }));
    out.push_back(golden<wire::Vitals>("vitals_ecg", [](wire::Vitals& m) {
        m.set_hr_bpm(88);
        auto& ecg = *m.mutable_ecg();
        ecg.set_st(wire::EcgAdvisory::ST_CRITERIA_MET);
        ecg.set_st_age_ms(12'000);
        ecg.set_st_elevated(0x7C0);
        ecg.set_st_not_judged(0x800);
        ecg.set_st_refusals(1U << 2U);
        ecg.set_st_ask_right_chest(true);
        ecg.set_st_ask_posterior(true);
        ecg.set_st_diffuse_with_avr(true);
        ecg.set_st_sgarbossa(0);
        ecg.set_st_sex_assumed(true);
        ecg.set_st_age_assumed(true);
        ecg.set_af(wire::EcgAdvisory::AF_SUSPECTED);
        ecg.set_af_age_ms(2'000);
    }));
    out.push_back(golden<wire::Vitals>("vitals_limits_of", [](wire::Vitals& m) {
        m.set_hr_bpm(150);
        m.set_limits_of(wire::PATIENT_INFANT);
    }));
    // Zero is a measured value and stands on the wire; what was not measured does not.
    out.push_back(golden<wire::Vitals>("vitals_zero", [](wire::Vitals& m) {
        m.set_hr_bpm(0);
        m.set_etco2_mmhg(-100);
        m.set_invalid_mask(1U << 7U);
    }));
    out.push_back(golden<wire::WaveBatch>("wave_batch", [](wire::WaveBatch& m) { m = wave(); }));
    out.push_back(golden<wire::Envelope>("envelope_event", [](wire::Envelope& m) {
        wire::Event body = event();
        fill_report(*body.mutable_state());
        m = envelope(wire::STREAM_A, 1, body.SerializeAsString());
    }));
    out.push_back(golden<wire::Envelope>("envelope_position", [](wire::Envelope& m) {
        m = envelope(wire::STREAM_G, 129, position().SerializeAsString());
    }));
    out.push_back(golden<wire::Envelope>("envelope_vitals", [](wire::Envelope& m) {
        m = envelope(wire::STREAM_V, std::numeric_limits<std::uint64_t>::max(),
                     vitals().SerializeAsString());
        m.set_clk(wire::CLOCK_FREE_RUNNING);
    }));
    out.push_back(golden<wire::Envelope>("envelope_wave", [](wire::Envelope& m) {
        m = envelope(wire::STREAM_W, 16'384, wave().SerializeAsString());
        m.set_t_us(-1);
    }));
    out.push_back(golden<wire::Backfill>("backfill", [](wire::Backfill& m) {
        *m.add_records() = envelope(wire::STREAM_G, 7, position().SerializeAsString());
        *m.add_records() = envelope(wire::STREAM_V, 8, vitals().SerializeAsString());
    }));
}

// ------------------------------------------------------------------------------------------------
// not spooled, up

void fill_count(wire::StreamCount& count) {
    count.set_stream(wire::STREAM_G);
    count.set_last_seq(90'000);
    count.set_first_unacked(89'990);
    count.set_unacked(11);
}

void add_presence(std::vector<GoldenMessage>& out) {
    out.push_back(golden<wire::Birth>("birth", [](wire::Birth& m) {
        m.set_birth_counter((5ULL << 20U) + 2);
        m.set_spool(kSpool);
        m.set_software("ems-vehicled 0.1.0");
        m.set_boot_id("20212223-2425-4627-a829-2a2b2c2d2e2f");
        fill_count(*m.add_streams());
        m.set_highest_term(9);
        m.set_time_scale(20.5);
        m.set_t_us(kThen);
        m.set_unit_state(wire::UNIT_TRANSPORTING);
    }));
    out.push_back(golden<wire::LinkState>("link_state", [](wire::LinkState& m) {
        m.set_online(true);
        m.set_birth_counter((5ULL << 20U) + 2);
    }));
    // The will.
    out.push_back(golden<wire::LinkState>(
        "link_state_offline", [](wire::LinkState& m) { m.set_birth_counter((5ULL << 20U) + 2); }));
    out.push_back(golden<wire::Heartbeat>("heartbeat", [](wire::Heartbeat& m) {
        m.set_birth_counter((5ULL << 20U) + 2);
        m.set_t_us(kThen);
        fill_count(*m.add_streams());
        m.set_video_frames_sent(4'711);
        (*m.mutable_device_health())["gnss"] = "ok";
        (*m.mutable_device_health())["monitor"] = "no data 12 s";
        m.set_spool(kSpool);
    }));
    // Readers of server_us came with these.
    out.push_back(golden<wire::Heartbeat>("heartbeat_server_time", [](wire::Heartbeat& m) {
        m.set_birth_counter((5ULL << 20U) + 2);
        m.set_t_us(kThen);
        m.set_spool(kSpool);
        m.set_server_us(kThen + 1'500'000);
    }));
}

// ------------------------------------------------------------------------------------------------
// down

wire::CommandBody command() {
    wire::CommandBody out;
    out.set_id(kCommandId);
    out.set_vid("amb-fc01");
    out.set_term(9);
    out.set_issued_us(kThen);
    out.set_expires_us(kThen + 120'000'000);
    out.set_unit_seq(42);
    return out;
}

void fill_destination(wire::DestinationOrder& order) {
    order.set_hospital_id(3);
    order.set_name("盐湖区人民医院");
    order.set_lat_e7(350'300'000);
    order.set_lon_e7(1'110'000'000);
    order.set_assignment_id(17);
}

wire::CommandBody dispatch_command() {
    wire::CommandBody out = command();
    wire::DispatchOrder& order = *out.mutable_dispatch();
    order.set_incident_id(34);
    order.set_assignment_id(17);
    order.set_incident_number("0034");
    order.set_level(2);
    order.set_complaint("胸痛");
    order.set_address("上郭乡 3 组");
    order.set_lat_e7(350'390'933);
    order.set_lon_e7(1'109'853'900);
    order.set_sex("f");
    order.set_age_years(67);
    fill_destination(*order.mutable_destination());
    order.set_note("2 楼");
    return out;
}

void add_commands(std::vector<GoldenMessage>& out) {
    out.push_back(golden<wire::Command>("command", [](wire::Command& m) {
        m.set_payload(dispatch_command().SerializeAsString());
        m.set_signature(counting_bytes(64));
    }));
    out.push_back(golden<wire::CommandBody>("command_dispatch",
                                            [](wire::CommandBody& m) { m = dispatch_command(); }));
    out.push_back(golden<wire::CommandBody>("command_dispatch_infant", [](wire::CommandBody& m) {
        m = dispatch_command();
        m.mutable_dispatch()->set_age_years(0);
        m.mutable_dispatch()->set_age_months(8);
    }));
    out.push_back(golden<wire::CommandBody>("command_dispatch_station", [](wire::CommandBody& m) {
        m = dispatch_command();
        m.mutable_dispatch()->mutable_station()->set_lat_e7(350'200'000);
        m.mutable_dispatch()->mutable_station()->set_lon_e7(1'110'100'000);
    }));
    out.push_back(golden<wire::CommandBody>("command_dispatch_caller", [](wire::CommandBody& m) {
        m = dispatch_command();
        m.mutable_dispatch()->set_caller_phone("13912343462");
    }));
    out.push_back(golden<wire::CommandBody>("command_cancel", [](wire::CommandBody& m) {
        m = command();
        m.mutable_cancel()->set_assignment_id(17);
        m.mutable_cancel()->set_reason("误报");
    }));
    out.push_back(golden<wire::CommandBody>("command_destination", [](wire::CommandBody& m) {
        m = command();
        fill_destination(*m.mutable_destination());
    }));
    out.push_back(golden<wire::CommandBody>("command_text", [](wire::CommandBody& m) {
        m = command();
        m.mutable_text()->set_text("G209 封路");
    }));
    out.push_back(golden<wire::CommandBody>("command_posting", [](wire::CommandBody& m) {
        m = command();
        m.mutable_text()->set_text("【调站】前往安邑站");
        wire::Posting& posting = *m.mutable_text()->mutable_posting();
        posting.set_kind(wire::Posting::RELOCATION);
        posting.set_name("安邑站");
        posting.mutable_place()->set_lat_e7(350'600'000);
        posting.mutable_place()->set_lon_e7(1'110'700'000);
    }));
    out.push_back(golden<wire::CommandBody>("command_posting_end", [](wire::CommandBody& m) {
        m = command();
        m.mutable_text()->set_text("【取消】安邑站");
        m.mutable_text()->set_ended_command_id(kCommandId);
    }));
    out.push_back(golden<wire::CommandBody>("command_correction", [](wire::CommandBody& m) {
        m = command();
        m.mutable_correction()->set_assignment_id(17);
        m.mutable_correction()->set_address("上郭乡 5 组");
        m.mutable_correction()->set_lat_e7(350'391'000);
        m.mutable_correction()->set_lon_e7(1'109'854'000);
    }));
    out.push_back(golden<wire::CommandBody>("command_correction_level", [](wire::CommandBody& m) {
        m = command();
        m.mutable_correction()->set_assignment_id(17);
        m.mutable_correction()->set_address("上郭乡 5 组");
        m.mutable_correction()->set_lat_e7(350'391'000);
        m.mutable_correction()->set_lon_e7(1'109'854'000);
        m.mutable_correction()->set_level(1);
        m.mutable_correction()->set_complaint("【传染】无呼吸");
    }));
    out.push_back(golden<wire::CommandBody>("command_correction_patient", [](wire::CommandBody& m) {
        m = command();
        m.mutable_correction()->set_assignment_id(17);
        m.mutable_correction()->set_address("上郭乡 5 组");
        m.mutable_correction()->set_lat_e7(350'391'000);
        m.mutable_correction()->set_lon_e7(1'109'854'000);
        m.mutable_correction()->set_level(1);
        m.mutable_correction()->set_complaint("无呼吸");
        m.mutable_correction()->set_sex("f");
        m.mutable_correction()->set_age_years(0);
        m.mutable_correction()->set_age_months(8);
    }));
}

void add_answers(std::vector<GoldenMessage>& out) {
    out.push_back(golden<wire::Ack>("ack", [](wire::Ack& m) {
        m.set_spool(kSpool);
        wire::StreamAck& stream = *m.add_streams();
        stream.set_stream(wire::STREAM_W);
        stream.set_upto(300);
        wire::SeqRange& range = *stream.add_ranges();
        range.set_from(310);
        range.set_to(70'000);
        stream.add_rejected(305);
        stream.add_rejected(306);
        m.add_streams()->set_stream(wire::STREAM_A);
    }));
    out.push_back(golden<wire::ServerHeartbeat>("server_heartbeat", [](wire::ServerHeartbeat& m) {
        m.set_server("srv-telemetry-a");
        m.set_t_us(kThen);
    }));
    out.push_back(golden<wire::Watch>("watch", [](wire::Watch& m) {
        m.set_wave(true);
        m.set_until_us(kThen + 15'000'000);
    }));
    out.push_back(golden<wire::Watch>("watch_hold",
                                      [](wire::Watch& m) { m.set_wave_hold_ms(12'000); }));
    out.push_back(golden<wire::TimeReply>("time_reply", [](auto& m) { m.set_t_us(kThen); }));
    out.push_back(golden<wire::MediaSession>("media_session", [](wire::MediaSession& m) {
        m.set_session_id("s-77");
        m.set_camera("cabin");
        m.set_host("10.20.0.4");
        m.set_port(40'001);
        m.set_ssrc(0xDEADBEE0U);
        m.set_payload_type(96);
        m.set_srtp_key(counting_bytes(28));
        m.set_srtcp_key(std::string(28, 'k'));
        m.set_bitrate_kbit(1'000);
        m.set_expires_us(kThen + 3'600'000'000);
        m.set_stop(true);
    }));
    out.push_back(golden<wire::MediaSession>("media_session_tls", [](wire::MediaSession& m) {
        m.set_session_id("s-79");
        m.set_camera("front");
        m.set_host("10.20.0.4");
        m.set_port(40'001);
        m.set_ssrc(0xDEADBEE0U);
        m.set_payload_type(96);
        m.set_srtp_key(counting_bytes(28));
        m.set_srtcp_key(std::string(28, 'k'));
        m.set_expires_us(kThen + 3'600'000'000);
        m.set_tls_port(40'443);
        m.set_tls_name("srv-media-a");
    }));
    out.push_back(golden<wire::MediaSession>("voice_session", [](wire::MediaSession& m) {
        m.set_session_id("s-78");
        m.set_host("10.20.0.4");
        m.set_port(40'001);
        m.set_expires_us(kThen + 3'600'000'000);
        m.mutable_voice()->set_up_ssrc(0xDEADBE00U);
        m.mutable_voice()->set_down_ssrc(0xFEEDBE00U);
        m.mutable_voice()->set_up_key(counting_bytes(28));
        m.mutable_voice()->set_down_key(std::string(28, 'd'));
    }));
    out.push_back(golden<wire::ServerState>("server_state", [](wire::ServerState& m) {
        m.set_online(true);
        m.set_server("srv-dispatch-b");
        m.set_term(9);
    }));
}

} // namespace

std::vector<GoldenMessage> golden_messages() {
    std::vector<GoldenMessage> out;
    add_events(out);
    add_records(out);
    add_presence(out);
    add_commands(out);
    add_answers(out);
    return out;
}

} // namespace ems::test
