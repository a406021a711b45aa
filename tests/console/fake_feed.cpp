#include "tests/console/fake_feed.h"

#include <algorithm>
#include <cmath>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;

void set_place(api::Place* place, double lat, double lon) {
    place->set_lat_e7(static_cast<std::int32_t>(std::lround(lat * 1e7)));
    place->set_lon_e7(static_cast<std::int32_t>(std::lround(lon * 1e7)));
}

void add_unit(api::Snapshot& s, std::int64_t id, const std::string& name, const std::string& vid, std::int64_t station,
              ems::wire::UnitState state, double lat, double lon, std::int64_t now_us) {
    auto* u = s.add_units();
    u->set_id(id);
    u->set_name(name);
    u->set_vid(vid);
    u->set_station_id(station);
    u->set_state(state);
    u->set_state_since_us(now_us - 300 * kS);
    u->set_link("up");
    u->set_version(1);
    auto* p = s.add_positions();
    p->set_unit_id(id);
    set_place(p->mutable_place(), lat, lon);
    p->set_received_us(now_us - kS);
    p->set_device_us(now_us - kS - 40'000);
    p->set_course_cdeg(3'000);
    p->set_speed_cm_s(state == ems::wire::UNIT_EN_ROUTE ? 1'500 : 0);
}

// a beat of one second: P, QRS, raised ST and T as bumps
double beat_mv(double t) {
    const auto bump = [&](double a, double m, double s) { return a * std::exp(-(t - m) * (t - m) / (2 * s * s)); };
    return bump(0.1, 0.20, 0.022) + bump(-0.05, 0.33, 0.008) + bump(0.9, 0.36, 0.0115) + bump(-0.2, 0.39, 0.011) +
           bump(0.3, 0.58, 0.05);
}

} // namespace

std::vector<FeedEvent> FakeFeed::drain(std::size_t count_max) {
    const auto take = std::min(count_max, events_.size());
    std::vector<FeedEvent> out(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(take));
    events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(take));
    return out;
}

std::uint64_t FakeFeed::send(api::ClientFrame frame) {
    if (!up) {
        return 0;
    }
    sent.push_back(std::move(frame));
    return sent.size();
}

void FakeFeed::push(api::ServerFrame frame) {
    events_.emplace_back(std::move(frame));
    if (wake_) {
        wake_();
    }
}

void FakeFeed::link(LinkChange::State state, std::uint32_t attempt) {
    up = state == LinkChange::State::up;
    events_.emplace_back(LinkChange{state, up ? "" : "连接被拒绝", attempt, 3'000});
    if (wake_) {
        wake_();
    }
}

void FakeFeed::log_in(const std::string& role) {
    api::ServerFrame frame;
    auto* ok = frame.mutable_log_in_ok();
    ok->set_user("wang");
    ok->set_display_name("王晓燕");
    ok->set_role(role);
    ok->set_region("140802");
    ok->set_network_note("演示路网，非实测");
    ok->set_time_scale(1.0);
    ok->set_drill(drill);
    push(std::move(frame));
}

void FakeFeed::stamp(api::Incident* incident, const std::string& event, std::int64_t at_us, std::int64_t unit) {
    auto* s = incident->add_stamps();
    s->set_event(event);
    s->set_at_us(at_us);
    s->set_received_us(at_us);
    s->set_source("dispatcher");
    s->set_unit_id(unit);
}

void FakeFeed::snapshot(std::int64_t now_us) {
    api::Snapshot s;
    s.set_seq(seq);
    s.set_server_us(now_us);
    const auto station = [&](std::int64_t id, const char* name, double lat, double lon) {
        auto* st = s.add_stations();
        st->set_id(id);
        st->set_name(name);
        set_place(st->mutable_place(), lat, lon);
    };
    station(1, "席张卫生院", 34.875, 110.785);
    station(2, "上郭卫生院", 35.245, 110.935);
    station(3, "冯村卫生院", 35.165, 110.98);
    const auto zone = [&](std::int64_t id, std::initializer_list<std::pair<double, double>> corners) {
        auto* z = s.add_zones();
        z->set_station_id(id);
        auto* ring = z->add_polygons()->mutable_outer();
        for (const auto& [lat, lon] : corners) {
            set_place(ring->add_points(), lat, lon);
        }
    };
    zone(1, {{34.80, 110.66}, {34.80, 110.98}, {34.97, 110.96}, {35.00, 110.84}, {34.96, 110.68}});
    zone(2, {{35.20, 110.78}, {35.21, 110.98}, {35.30, 111.06}, {35.33, 110.90}, {35.28, 110.80}});
    zone(3, {{35.02, 110.80}, {35.20, 110.78}, {35.21, 110.98}, {35.17, 111.12}, {35.06, 111.08}, {35.00, 110.84}});
    auto* h = s.add_hospitals();
    h->set_id(1);
    h->set_name("盐湖区人民医院");
    set_place(h->mutable_place(), 35.017, 110.985);
    add_unit(s, 1, "中心01", "amb-zx01", 0, ems::wire::UNIT_AVAILABLE, 35.017, 110.985, now_us);
    add_unit(s, 2, "席张01", "amb-xz01", 1, ems::wire::UNIT_AVAILABLE, 34.875, 110.785, now_us);
    add_unit(s, 3, "上郭01", "amb-sg01", 2, ems::wire::UNIT_AVAILABLE, 35.245, 110.935, now_us);
    add_unit(s, 4, "冯村01", "amb-fc01", 3, ems::wire::UNIT_AT_PATIENT, 35.172, 110.90, now_us);
    auto* first = s.add_incidents();
    first->set_id(10);
    first->set_number("0033");
    first->set_level(3);
    first->set_complaint("摔伤 腰痛");
    first->set_address("泓芝驿镇 寨里村");
    set_place(first->mutable_place(), 35.172, 110.90);
    first->set_place_source("village");
    first->set_sex("f");
    first->set_age_years(66);
    first->set_state("assigned");
    first->set_created_us(now_us - 1'500 * kS);
    first->set_version(5);
    stamp(first, "ring_start", now_us - 1'510 * kS);
    stamp(first, "answered", now_us - 1'504 * kS);
    stamp(first, "case_opened", now_us - 1'500 * kS);
    stamp(first, "unit_assigned", now_us - 1'460 * kS, 4);
    stamp(first, "crew_ack", now_us - 1'450 * kS, 4);
    stamp(first, "wheels", now_us - 1'380 * kS, 4);
    stamp(first, "at_scene", now_us - 720 * kS, 4);
    stamp(first, "at_patient", now_us - 600 * kS, 4);
    s.mutable_units(3)->set_incident_id(10);
    s.mutable_units(3)->set_assignment_id(100);
    auto* a = s.add_assignments();
    a->set_id(100);
    a->set_incident_id(10);
    a->set_unit_id(4);
    a->set_state("accepted");
    a->set_version(3);
    auto* call = s.add_incidents();
    call->set_id(11);
    call->set_number("0034");
    call->set_level(1);
    call->set_complaint("胸痛 40 min，压榨感，出汗");
    call->set_address("冯村乡 杨家卓村 小学西 300 m 路北");
    set_place(call->mutable_place(), 35.155, 111.01);
    call->set_place_source("village");
    call->set_sex("m");
    call->set_age_years(58);
    call->set_state("open");
    call->set_created_us(now_us - 40 * kS);
    call->set_version(1);
    call->set_caller_phone_masked("139****3462");
    stamp(call, "ring_start", now_us - 54 * kS);
    stamp(call, "answered", now_us - 47 * kS);
    stamp(call, "case_opened", now_us - 40 * kS);
    world = s;
    api::ServerFrame frame;
    *frame.mutable_snapshot() = s;
    push(std::move(frame));
}

void FakeFeed::recommendation(std::int64_t now_us) {
    api::ServerFrame frame;
    auto* r = frame.mutable_recommendation();
    r->set_id(7);
    r->set_incident_id(11);
    r->set_computed_us(now_us);
    r->set_radius_s(900);
    struct Given {
        std::uint32_t rank;
        std::int64_t unit;
        std::uint32_t turnout, drive, straight_m, straight_rank;
        double lat, lon;
        std::vector<std::string> reasons;
        std::string excluded;
    };
    const std::vector<Given> given{
        {1, 1, 90, 610, 15'700, 3, 35.017, 110.985, {"nearest_by_road", "not_nearest_in_line"}, ""},
        {2, 3, 80, 905, 12'100, 2, 35.245, 110.935, {"at_station_no_fix"}, ""},
        {3, 2, 75, 2'190, 37'000, 4, 34.875, 110.785, {"beyond_radius"}, ""},
        {0, 4, 0, 0, 10'200, 1, 35.172, 110.90, {}, "busy"}};
    for (const auto& g : given) {
        auto* c = r->add_candidates();
        c->set_rank(g.rank);
        c->set_unit_id(g.unit);
        c->set_turnout_s(g.turnout);
        c->set_drive_s(g.drive);
        c->set_total_s(g.turnout + g.drive);
        c->set_distance_m(g.drive * 20);
        c->set_within_radius(g.turnout + g.drive <= 900);
        c->set_straight_m(g.straight_m);
        c->set_straight_rank(g.straight_rank);
        c->set_excluded(g.excluded);
        c->set_fix_age_s(1);
        for (const auto& reason : g.reasons) {
            c->add_reasons(reason);
        }
        for (int i = 0; g.rank != 0 && i <= 20; ++i) {
            const double t = i / 20.0;
            set_place(c->add_route(), g.lat + (35.155 - g.lat) * t,
                      g.lon + (111.01 - g.lon) * t + 0.01 * std::sin(t * 3.14159 * 3));
        }
    }
    push(std::move(frame));
}

void FakeFeed::unit_state(std::int64_t unit, ems::wire::UnitState state, std::int64_t now_us) {
    static const std::vector<std::pair<ems::wire::UnitState, std::string>> kStamps{
        {ems::wire::UNIT_ASSIGNED, "unit_assigned"}, {ems::wire::UNIT_ACKNOWLEDGED, "crew_ack"},
        {ems::wire::UNIT_EN_ROUTE, "wheels"},        {ems::wire::UNIT_AT_SCENE, "at_scene"},
        {ems::wire::UNIT_AT_PATIENT, "at_patient"},  {ems::wire::UNIT_TRANSPORTING, "left_scene"},
        {ems::wire::UNIT_AT_HOSPITAL, "at_hospital"}, {ems::wire::UNIT_HANDOVER, "handover"}};
    api::ServerFrame frame;
    auto* d = frame.mutable_delta();
    d->set_seq(++seq);
    d->set_server_us(now_us);
    auto* u = world.mutable_units(static_cast<int>(unit) - 1);
    u->set_state(state);
    u->set_state_since_us(now_us);
    u->set_incident_id(11);
    u->set_assignment_id(101);
    u->set_destination_hospital_id(1);
    u->set_version(u->version() + 1);
    *d->add_units() = *u;
    auto* incident = world.mutable_incidents(1);
    incident->set_state("assigned");
    incident->set_version(incident->version() + 1);
    for (const auto& [at, event] : kStamps) {
        if (at == state) {
            stamp(incident, event, now_us, unit);
        }
    }
    *d->add_incidents() = *incident;
    auto* a = d->add_assignments();
    a->set_id(101);
    a->set_incident_id(11);
    a->set_unit_id(unit);
    a->set_state("accepted");
    a->set_version(incident->version());
    a->set_predicted_scene_us(now_us + 560 * kS);
    a->set_predicted_at_us(now_us);
    push(std::move(frame));
}

api::Editor FakeFeed::editor(std::int64_t incident, const std::string& user, const std::string& name, const std::string& seat) {
    api::Editor out;
    out.set_incident_id(incident);
    out.set_user(user);
    out.set_display_name(name);
    out.set_seat(seat);
    return out;
}

void FakeFeed::editors(const std::vector<api::Editor>& all, std::int64_t now_us) {
    api::ServerFrame frame;
    auto* d = frame.mutable_delta();
    d->set_seq(++seq);
    d->set_server_us(now_us);
    auto* told = d->mutable_editors();
    for (const api::Editor& one : all) {
        *told->add_editors() = one;
    }
    push(std::move(frame));
}

void FakeFeed::positions(std::int64_t now_us) {
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(now_us);
    for (auto& p : *world.mutable_positions()) {
        p.set_received_us(now_us - 30'000);
        p.set_device_us(now_us - 90'000);
        *frame.mutable_live()->add_positions() = p;
    }
    push(std::move(frame));
}

void FakeFeed::vitals(std::int64_t unit, std::int64_t now_us) {
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(now_us);
    auto* v = frame.mutable_live()->add_vitals();
    v->set_unit_id(unit);
    v->set_device_us(now_us - 80'000);
    v->set_received_us(now_us - 20'000);
    auto* m = v->mutable_vitals();
    const auto wobble = static_cast<std::int32_t>(now_us / kS % 7);
    m->set_hr_bpm(101 + wobble);
    m->set_pr_bpm(103);
    m->set_spo2_pct(88);
    m->set_rr_bpm(22 + wobble % 3);
    m->set_nibp_sys_mmhg(104);
    m->set_nibp_dia_mmhg(68);
    m->set_nibp_mean_mmhg(80);
    m->set_nibp_t_us(now_us - 192 * kS);
    m->set_etco2_mmhg(0);
    m->set_invalid_mask(1U << 7U);
    push(std::move(frame));
}

void FakeFeed::wave(std::int64_t unit, std::uint64_t first_sample, std::uint32_t count, std::int64_t now_us,
                    std::uint32_t lead_off_mask) {
    static const double kScale[8] = {0.6, 1.0, -0.7, -0.9, 0.5, 0.9, 1.0, 0.8};
    api::ServerFrame frame;
    auto* w = frame.mutable_live()->add_waves();
    frame.mutable_live()->set_server_us(now_us);
    w->set_unit_id(unit);
    w->set_device_us(now_us - 100'000);
    w->set_received_us(now_us - 20'000);
    auto* b = w->mutable_batch();
    b->set_recording(99);
    b->set_rate_mhz(500'000);
    b->set_lead_mask(0xFF);
    b->set_first_sample(first_sample);
    b->set_count(count);
    b->set_gain_nv(2'440);
    b->set_lead_off_mask(lead_off_mask);
    b->set_simulated(true);
    for (double scale : kScale) {
        std::int32_t before = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
            const double t = static_cast<double>((first_sample + i) % 290) / 290.0;
            const auto value = static_cast<std::int32_t>(std::lround(beat_mv(t) * scale / 0.00244));
            b->add_deltas(value - before);
            before = value;
        }
    }
    push(std::move(frame));
}

void FakeFeed::alarm(std::int64_t unit, const std::string& code, ems::wire::Alarm::Priority priority,
                     std::int64_t now_us) {
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(now_us);
    auto* a = frame.mutable_live()->add_alarms();
    a->set_unit_id(unit);
    a->set_device_us(now_us - 60'000);
    a->set_received_us(now_us);
    a->set_event_id(code);
    a->mutable_alarm()->set_code(code);
    a->mutable_alarm()->set_priority(priority);
    a->mutable_alarm()->set_active(true);
    a->mutable_alarm()->set_value("88 < 90");
    push(std::move(frame));
}

void FakeFeed::findings(std::int64_t unit, std::int64_t incident, const ems::wire::PatientChart& chart,
                        std::int64_t now_us) {
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(now_us);
    auto* f = frame.mutable_live()->add_findings();
    f->set_unit_id(unit);
    f->set_incident_id(incident);
    *f->mutable_chart() = chart;
    push(std::move(frame));
}

void FakeFeed::ecg_mark(std::int64_t unit, std::int64_t incident, const std::string& event, std::int64_t to_us,
                        std::uint32_t duration_ms) {
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(to_us);
    auto* mark = frame.mutable_live()->add_ecg_marks();
    mark->set_unit_id(unit);
    mark->set_incident_id(incident);
    mark->set_event_id(event);
    mark->set_received_us(to_us + 200'000);
    mark->mutable_mark()->set_from_us(to_us - std::int64_t{duration_ms} * 1'000);
    mark->mutable_mark()->set_duration_ms(duration_ms);
    mark->mutable_mark()->set_leads(12);
    push(std::move(frame));
}

} // namespace ems::console
