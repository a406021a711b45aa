#include "vehicle/sim/ambulance.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "vehicle/sim/sim_state.pb.h"

namespace ems::sim {
namespace {

constexpr double kMissingSeconds = 3;
constexpr double kRetryPlanSeconds = 30;

// 64-bit FNV-1a, then a finalizer that spreads short inputs over all bits.
std::uint64_t hash64(std::string_view text, std::uint64_t basis) {
    std::uint64_t hash = 0xCBF29CE484222325ULL ^ basis;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBULL;
    return hash ^ (hash >> 31U);
}

struct Range {
    double least_s;
    double most_s;
};

// Simulated seconds a crew spends in a phase that is not a drive.
Range duration_of(Phase phase) {
    switch (phase) {
    case Phase::considering:
        return {6, 15};
    case Phase::turning_out:
        return {50, 90};
    case Phase::to_patient:
        return {60, 120};
    case Phase::treating:
        return {540, 720};
    case Phase::unloading:
        return {60, 120};
    case Phase::handing_over:
        return {300, 420};
    case Phase::clearing:
        return {60, 120};
    case Phase::idle:
    case Phase::to_scene:
    case Phase::to_hospital:
    case Phase::to_station:
    case Phase::to_post:
        return {0, 0};
    }
    EMS_ASSERT(false);
}

// A phase in which a cancelled order still turns the crew round.
bool is_before_patient(Phase phase) {
    return phase == Phase::considering || phase == Phase::turning_out || phase == Phase::to_scene ||
           phase == Phase::to_patient;
}

bool driving_in(Phase phase) {
    return phase == Phase::to_scene || phase == Phase::to_hospital || phase == Phase::to_station ||
           phase == Phase::to_post;
}

bool takes_orders(Phase phase) {
    return phase == Phase::idle || phase == Phase::clearing || phase == Phase::to_station ||
           phase == Phase::to_post;
}

} // namespace

std::string_view phase_name(Phase phase) {
    constexpr std::array<std::string_view, 12> kNames{
        "idle",        "considering", "turning_out",  "to_scene", "to_patient", "treating",
        "to_hospital", "unloading",   "handing_over", "clearing", "to_station", "to_post"};
    return kNames.at(static_cast<std::size_t>(phase));
}

std::string_view button_name(Button button) {
    switch (button) {
    case Button::accept:
        return "accept";
    case Button::available:
        return "available";
    case Button::en_route:
        return "en_route";
    case Button::at_scene:
        return "at_scene";
    case Button::at_patient:
        return "at_patient";
    case Button::transporting:
        return "transporting";
    case Button::at_hospital:
        return "at_hospital";
    case Button::handover:
        return "handover";
    case Button::clearing:
        return "clearing";
    case Button::returning:
        return "returning";
    case Button::accept_posting:
        return "accept_posting";
    case Button::at_post:
        return "at_post";
    }
    EMS_ASSERT(false);
}

Ambulance::Ambulance(AmbulanceSetup setup) : setup_(std::move(setup)) {
    standing_.at = setup_.start;
}

std::string Ambulance::event_id(Button button) const {
    const std::string text = fmt::format("{} {} {} {}", setup_.vid.str(), task_.command_id,
                                         task_.assignment_id, static_cast<unsigned>(button));
    const std::uint64_t a = hash64(text, setup_.seed);
    const std::uint64_t b = hash64(text, ~setup_.seed);
    // Version 8 (own scheme) and variant bits of RFC 9562.
    return fmt::format("{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}", a >> 32U, (a >> 16U) & 0xFFFFU,
                       a & 0xFFFU, 0x8000U | ((b >> 48U) & 0x3FFFU), b & 0xFFFFFFFFFFFFU);
}

double Ambulance::draw_s(Phase phase) const {
    const Range range = duration_of(phase);
    const std::uint64_t hash =
        hash64(fmt::format("{} {} {}", setup_.vid.str(), task_.assignment_id, phase_name(phase)),
               setup_.seed);
    const double share = static_cast<double>(hash >> 11U) / static_cast<double>(1ULL << 53U);
    return range.least_s + share * (range.most_s - range.least_s);
}

bool Ambulance::driving() const {
    return driving_in(phase_);
}

void Ambulance::press(Button button) {
    if (presses_.size() >= kPressesMax) {
        return; // a terminal that took no press for so long takes no more
    }
    presses_.push_back(
        {event_id(button), button, task_.incident_id, task_.assignment_id, task_.command_id});
    ++press_count_;
}

const Press* Ambulance::pending() const {
    return presses_.empty() ? nullptr : &presses_.front();
}

void Ambulance::on_stored(const std::string& event_id) {
    if (presses_.empty() || presses_.front().event_id != event_id) {
        return;
    }
    const Button button = presses_.front().button;
    presses_.pop_front();
    if (button == Button::accept && phase_ == Phase::considering) {
        enter(Phase::turning_out);
    }
}

void Ambulance::on_refused(const std::string& event_id) {
    if (presses_.empty() || presses_.front().event_id != event_id) {
        return;
    }
    const Button button = presses_.front().button;
    presses_.pop_front();
    if (button == Button::accept) {
        cancel(); // the order has lapsed
    } else if (button == Button::accept_posting && phase_ == Phase::to_post) {
        enter(Phase::idle);
    }
}

// Only a crew that stands by goes where it is posted; it waits there for what comes next.
void Ambulance::follow_posting(const TerminalView& view) {
    if (phase_ == Phase::to_post && view.posting_command_id != task_.command_id) {
        presses_.clear();
        enter(Phase::idle); // called off
    }
    if (phase_ != Phase::idle || view.has_order || view.posting_command_id.empty() ||
        view.posting_command_id == last_posting_) {
        return;
    }
    last_posting_ = view.posting_command_id;
    task_ = {view.posting_command_id, 0, 0, {}, view.post, std::nullopt};
    press(Button::accept_posting);
    enter(Phase::to_post);
}

void Ambulance::cancel() {
    presses_.clear();
    // Not yet moving: the crew stays where it is, else it drives home.
    const bool moving = phase_ == Phase::to_scene || phase_ == Phase::to_patient;
    enter(moving ? Phase::to_station : Phase::idle);
}

void Ambulance::on_view(const TerminalView& view, double now_s) {
    const bool present = view.has_order && view.command_id == task_.command_id;
    if (present) {
        order_missing_since_s_.reset();
        if (view.hospital && (!task_.hospital || !(*task_.hospital == *view.hospital))) {
            task_.hospital = view.hospital;
            replan_ = phase_ == Phase::to_hospital;
        }
        return;
    }
    if (view.has_order && view.command_id != last_command_id_ && takes_orders(phase_)) {
        if (driving()) {
            standing_ = motion();
        }
        task_ = {view.command_id, view.incident_id, view.assignment_id,
                 view.complaint,  view.scene,       view.hospital};
        last_command_id_ = view.command_id;
        order_missing_since_s_.reset();
        enter(Phase::considering);
        return;
    }
    follow_posting(view);
    if (is_before_patient(phase_)) {
        if (!order_missing_since_s_) {
            order_missing_since_s_ = now_s;
        } else if (now_s - *order_missing_since_s_ >= kMissingSeconds) {
            order_missing_since_s_.reset();
            cancel();
        }
    }
}

void Ambulance::enter(Phase phase) {
    if (!track_.points.empty()) {
        standing_ = motion();
        standing_.speed_m_s = 0;
    }
    track_ = {};
    track_elapsed_s_ = 0;
    replan_ = driving_in(phase);
    phase_ = phase;
    left_s_ = replan_ ? 0 : draw_s(phase);
}

void Ambulance::leave(RoutePlanner& roads) {
    switch (phase_) {
    case Phase::idle:
        break;
    case Phase::considering:
        // Offered once; the crew goes on when it is stored.
        if (presses_.empty()) {
            press(Button::accept);
        }
        break;
    case Phase::turning_out:
        press(Button::en_route);
        enter(Phase::to_scene);
        break;
    case Phase::to_scene:
        press(Button::at_scene);
        enter(Phase::to_patient);
        break;
    case Phase::to_patient:
        press(Button::at_patient);
        enter(Phase::treating);
        patient_ = new_patient(setup_.scenarios->for_complaint(task_.complaint));
        break;
    case Phase::treating:
        press(Button::transporting);
        enter(Phase::to_hospital);
        break;
    case Phase::to_hospital:
        press(Button::at_hospital);
        enter(Phase::unloading);
        break;
    case Phase::unloading:
        press(Button::handover);
        enter(Phase::handing_over);
        break;
    case Phase::handing_over:
        patient_.reset();
        press(Button::clearing);
        enter(Phase::clearing);
        break;
    case Phase::clearing:
        press(Button::returning);
        enter(Phase::to_station);
        break;
    case Phase::to_station:
        press(Button::available);
        enter(Phase::idle);
        break;
    case Phase::to_post:
        press(Button::at_post);
        enter(Phase::idle);
        break;
    }
    if (replan_) {
        step(0, 0, roads);
    }
}

void Ambulance::drive_to(map::Wgs84 target, RoutePlanner& roads) {
    const Motion from = motion();
    Result<Track> track = roads.plan(from.at, target);
    standing_ = from;
    standing_.speed_m_s = 0;
    track_elapsed_s_ = 0;
    if (track && !track->points.empty()) {
        track_ = std::move(*track);
        replan_ = false;
        return;
    }
    EMS_LOG(warn, "sim", "no way vid={} phase={} reason={}", setup_.vid.str(), phase_name(phase_),
            track ? std::string{"empty"} : track.error().message());
    track_ = {};
    left_s_ = kRetryPlanSeconds; // asks again after this
}

CuffEvent Ambulance::step(double dt_s, std::int64_t utc_us, RoutePlanner& roads) {
    const CuffEvent cuff =
        patient_ && dt_s > 0 ? advance(*patient_, dt_s, utc_us) : CuffEvent::none;
    left_s_ -= dt_s;
    if (driving()) {
        if (replan_ && left_s_ <= 0) {
            const bool to_task = phase_ == Phase::to_scene || phase_ == Phase::to_post;
            const map::Wgs84 target = to_task ? task_.scene
                                      : phase_ == Phase::to_hospital
                                          ? task_.hospital.value_or(setup_.hospital)
                                          : setup_.station;
            drive_to(target, roads);
        }
        if (!replan_) {
            track_elapsed_s_ += dt_s;
            if (track_elapsed_s_ >= track_.duration_s()) {
                leave(roads);
            }
        }
    } else if (phase_ != Phase::idle && left_s_ <= 0) {
        leave(roads);
    }
    return cuff;
}

Motion Ambulance::motion() const {
    return track_.points.empty() ? standing_ : motion_on(track_, track_elapsed_s_);
}

} // namespace ems::sim
