// Ambulance to and from the state file.
#include "vehicle/sim/ambulance.h"

#include <cmath>

#include "vehicle/sim/sim_state.pb.h"

namespace ems::sim {
namespace {

void save_patient(const Patient& in, state::Patient& out) {
    out.set_scenario(in.scenario->name);
    out.set_next_step(static_cast<std::uint32_t>(in.next_step));
    for (const CauseLevel& level : in.causes) {
        state::Cause& cause = *out.add_causes();
        cause.set_value(level.value);
        cause.set_target(level.target);
        cause.set_per_s(level.per_s);
    }
    out.set_circulation_back_s(in.circulation_back_s);
    out.set_ectopy(static_cast<std::uint32_t>(in.ectopy));
    out.set_infarction(static_cast<std::uint32_t>(in.infarction));
    out.set_electrodes_off(in.electrodes_off);
    out.set_probe(static_cast<std::uint32_t>(in.probe));
    out.set_capnograph(static_cast<std::uint32_t>(in.capnograph));
    out.set_sao2_pct(in.sao2_pct);
    out.set_etco2_mmhg(in.etco2_mmhg);
    out.set_clock_s(in.clock_s);
    out.set_hr_bpm(in.hr_bpm);
    out.set_spo2_pct(in.spo2_pct);
    out.set_breath_bpm(in.breath_bpm);
    out.set_sys_mmhg(in.sys_mmhg);
    out.set_dia_mmhg(in.dia_mmhg);
    out.set_temp_c(in.temp_c);
    out.set_rhythm(static_cast<std::uint32_t>(in.rhythm));
    out.set_rhythm_since_s(in.rhythm_since_s);
    out.set_cuff_next_s(in.cuff_next_s);
    out.set_cuff_done_s(in.cuff_done_s);
    out.set_nibp_sys(in.nibp_sys);
    out.set_nibp_dia(in.nibp_dia);
    out.set_nibp_utc_us(in.nibp_utc_us);
}

std::optional<Patient> restore_patient(const state::Patient& in, const ScenarioBook& scenarios) {
    const Scenario* scenario = scenarios.find(in.scenario());
    const bool sound = scenario != nullptr && in.next_step() <= scenario->steps.size() &&
                       in.causes_size() == static_cast<int>(kCauses) && in.rhythm() < kRhythms &&
                       in.ectopy() < kEctopies &&
                       in.infarction() <= static_cast<std::uint32_t>(Infarction::inferior) &&
                       in.probe() <= static_cast<std::uint32_t>(Probe::off) &&
                       in.capnograph() <= static_cast<std::uint32_t>(Capnograph::off);
    if (!sound) {
        return std::nullopt;
    }
    Patient out;
    out.scenario = scenario;
    out.next_step = in.next_step();
    for (std::size_t i = 0; i < kCauses; ++i) {
        const state::Cause& cause = in.causes(static_cast<int>(i));
        out.causes[i] = {cause.value(), cause.target(), cause.per_s()};
    }
    out.circulation_back_s = in.circulation_back_s();
    out.ectopy = static_cast<Ectopy>(in.ectopy());
    out.infarction = static_cast<Infarction>(in.infarction());
    out.electrodes_off = in.electrodes_off();
    out.probe = static_cast<Probe>(in.probe());
    out.capnograph = static_cast<Capnograph>(in.capnograph());
    out.sao2_pct = in.sao2_pct();
    out.etco2_mmhg = in.etco2_mmhg();
    out.clock_s = in.clock_s();
    out.hr_bpm = in.hr_bpm();
    out.spo2_pct = in.spo2_pct();
    out.breath_bpm = in.breath_bpm();
    out.sys_mmhg = in.sys_mmhg();
    out.dia_mmhg = in.dia_mmhg();
    out.temp_c = in.temp_c();
    out.rhythm = static_cast<Rhythm>(in.rhythm());
    out.rhythm_since_s = in.rhythm_since_s();
    out.cuff_next_s = in.cuff_next_s();
    out.cuff_done_s = in.cuff_done_s();
    out.nibp_sys = in.nibp_sys();
    out.nibp_dia = in.nibp_dia();
    out.nibp_utc_us = in.nibp_utc_us();
    return out;
}

bool is_button(std::uint32_t value) {
    return value <= 1 || (value >= 4 && value <= 11) || value == 20 || value == 21;
}

} // namespace

void Ambulance::save(state::Vehicle& out) const {
    out.set_vid(setup_.vid.str());
    out.set_lat(standing_.at.lat);
    out.set_lon(standing_.at.lon);
    out.set_course_deg(standing_.course_deg);
    out.set_phase(static_cast<std::uint32_t>(phase_));
    out.set_phase_left_s(left_s_);
    for (std::size_t i = 0; i < track_.points.size(); ++i) {
        out.add_track_lat(track_.points[i].lat);
        out.add_track_lon(track_.points[i].lon);
        out.add_track_ms(track_.point_ms[i]);
    }
    out.set_track_elapsed_s(track_elapsed_s_);
    state::Task& task = *out.mutable_task();
    task.set_command_id(task_.command_id);
    task.set_incident_id(task_.incident_id);
    task.set_assignment_id(task_.assignment_id);
    task.set_complaint(task_.complaint);
    task.set_scene_lat(task_.scene.lat);
    task.set_scene_lon(task_.scene.lon);
    task.set_has_hospital(task_.hospital.has_value());
    task.set_hospital_lat(task_.hospital.value_or(map::Wgs84{}).lat);
    task.set_hospital_lon(task_.hospital.value_or(map::Wgs84{}).lon);
    for (const Press& press : presses_) {
        state::Press& p = *out.add_presses();
        p.set_event_id(press.event_id);
        p.set_state(static_cast<std::uint32_t>(press.button));
        p.set_incident_id(press.incident_id);
        p.set_assignment_id(press.assignment_id);
        p.set_command_id(press.command_id);
    }
    out.set_last_command_id(last_command_id_);
    out.set_last_posting_id(last_posting_);
    out.set_attached(patient_.has_value());
    if (patient_) {
        save_patient(*patient_, *out.mutable_patient());
    }
}

bool Ambulance::restore(const state::Vehicle& in) {
    const bool sound = in.vid() == setup_.vid.str() && map::is_valid({in.lat(), in.lon()}) &&
                       in.phase() <= static_cast<std::uint32_t>(Phase::to_post) &&
                       in.track_lat_size() == in.track_lon_size() &&
                       in.track_lat_size() == in.track_ms_size() &&
                       static_cast<std::size_t>(in.track_lat_size()) <= kTrackPointsMax &&
                       static_cast<std::size_t>(in.presses_size()) <= kPressesMax &&
                       std::isfinite(in.phase_left_s()) && std::isfinite(in.track_elapsed_s());
    if (!sound) {
        return false;
    }
    Ambulance next{setup_};
    next.standing_ = {{in.lat(), in.lon()}, 0, in.course_deg()};
    next.phase_ = static_cast<Phase>(in.phase());
    next.left_s_ = in.phase_left_s();
    for (int i = 0; i < in.track_lat_size(); ++i) {
        next.track_.points.push_back({in.track_lat(i), in.track_lon(i)});
        next.track_.point_ms.push_back(in.track_ms(i));
        if (!map::is_valid(next.track_.points.back()) ||
            (i > 0 && in.track_ms(i) < in.track_ms(i - 1))) {
            return false;
        }
    }
    next.track_elapsed_s_ = in.track_elapsed_s();
    next.replan_ = next.driving() && next.track_.points.empty();
    const state::Task& task = in.task();
    next.task_ = {task.command_id(),
                  task.incident_id(),
                  task.assignment_id(),
                  task.complaint(),
                  {task.scene_lat(), task.scene_lon()},
                  std::nullopt};
    if (task.has_hospital()) {
        next.task_.hospital = map::Wgs84{task.hospital_lat(), task.hospital_lon()};
    }
    for (const state::Press& press : in.presses()) {
        if (!is_button(press.state())) {
            return false;
        }
        next.presses_.push_back({press.event_id(), static_cast<Button>(press.state()),
                                 press.incident_id(), press.assignment_id(), press.command_id()});
    }
    next.last_command_id_ = in.last_command_id();
    next.last_posting_ = in.last_posting_id();
    if (in.attached()) {
        next.patient_ = restore_patient(in.patient(), *setup_.scenarios);
        if (!next.patient_) {
            return false;
        }
    }
    *this = std::move(next);
    return true;
}

} // namespace ems::sim
