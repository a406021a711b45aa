#include "vehicle/agent/devices.h"

#include "telemetry/base/log.h"
#include "telemetry/signal/vitals/ecg_advice_wire.h"
#include "vehicle/agent/limits.h"
#include "vehicle/spool/envelope.h"

#include <cmath>

namespace ems::vehicle {
namespace {

static_assert(kDeviceTick <= kMonitorTick);

constexpr std::array<const char*, 4> kNames{"gnss", "monitor", "ecg", "inputs"};

wire::PatientGroup wire_group(signal::AgeGroup group) {
    switch (group) {
    case signal::AgeGroup::adult:
        return wire::PATIENT_ADULT;
    case signal::AgeGroup::child:
        return wire::PATIENT_CHILD;
    case signal::AgeGroup::infant:
        return wire::PATIENT_INFANT;
    }
    return wire::PATIENT_GROUP_UNSPECIFIED;
}

} // namespace

Devices::Devices(boost::asio::io_context& io, DevicesConfig config, VehicleClock& clock,
                 DeviceSink& sink)
    : io_(io), config_(std::move(config)), clock_(clock), sink_(sink),
      positions_(config_.time_scale) {}

Result<void> Devices::load() {
    if (config_.ecg_record.empty()) {
        return {};
    }
    auto replay = EcgReplay::load(config_.ecg_record, config_.ecg_record_speed);
    if (!replay) {
        return Failure{std::move(replay).error()};
    }
    replay_ = std::move(*replay);
    return {};
}

void Devices::start() {
    if (replay_) {
        replay_start_ = clock_.now().ticks;
        const WaveBuilder::Session session = replay_->session(random_identity());
        replay_rate_ = session.rate_mhz / 1'000.0 * config_.ecg_record_speed;
        begin_waves(session);
    }
    open(io_, Device::gnss, config_.gnss);
    open(io_, Device::monitor, config_.monitor);
    open(io_, Device::ecg, replay_ ? DeviceAddress{} : config_.ecg);
    open(io_, Device::inputs, config_.inputs);
}

void Devices::open(boost::asio::io_context& io, Device device, const DeviceAddress& address) {
    if (address.kind == DeviceAddress::Kind::none) {
        return;
    }
    const auto at = static_cast<std::size_t>(device);
    const std::chrono::milliseconds silence =
        device == Device::monitor ? config_.monitor_silence : kDeviceLostAfter;
    watches_.at(at).emplace(kNames.at(at), clock_.now().ticks, silence);
    auto& link = link_of(device);
    link.emplace(
        io, address, silence,
        ByteLink::Handlers{
            .opened = [this, device] { opened(device); },
            .bytes = [this, device](std::string_view bytes) { return take(device, bytes); },
            .closed = [this, device, kind = address.kind](
                          const std::string& reason) { closed(device, reason, kind); },
        });
    link->start();
}

void Devices::stop() {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    if (monitor_protocol_ && link_of(Device::monitor)->is_open()) {
        tell_monitor(monitor_protocol_->farewell());
    }
    for (auto& link : links_) {
        link.reset();
    }
    sink_.waves(waves_.flush());
}

DeviceWatch& Devices::watch_of(Device device) {
    return *watches_.at(static_cast<std::size_t>(device));
}

std::optional<ByteLink>& Devices::link_of(Device device) {
    return links_.at(static_cast<std::size_t>(device));
}

// A connection begins with a parser that knows nothing: half a line of the one before is not glued
// to it.
void Devices::opened(Device device) {
    switch (device) {
    case Device::gnss:
        gnss_ = make_gnss_parser(config_.gnss_form);
        if (std::string greeting = gnss_->greeting(); !greeting.empty()) {
            link_of(device)->send(std::move(greeting));
        }
        break;
    case Device::monitor:
        monitor_protocol_ = make_monitor(config_.monitor_form);
        monitor_refused_ = 0;
        tell_monitor(monitor_protocol_->due(clock_.now().ticks));
        break;
    case Device::ecg:
        ecg_box_ = {};
        break;
    case Device::inputs:
        input_lines_ = {};
        break;
    }
}

bool Devices::take(Device device, std::string_view bytes) {
    switch (device) {
    case Device::gnss:
        return take_gnss(bytes);
    case Device::monitor:
        return take_monitor(bytes);
    case Device::ecg:
        return take_ecg(bytes);
    case Device::inputs:
        return take_inputs(bytes);
    }
    return false;
}

void Devices::closed(Device device, const std::string& reason, DeviceAddress::Kind kind) {
    DeviceWatch& watch = watch_of(device);
    EMS_LOG(info, "device", "{} connection ended: {} refused={}", watch.name(), reason,
            refused(device));
    watch.lost(reason);
    if (device == Device::monitor) {
        monitor_protocol_.reset();
        // One that calls may hang up after each message: its numbers last as long as fresh ones do.
        if (kind != DeviceAddress::Kind::listen) {
            alarms_.note(signal::AlarmOrigin::monitor, monitor_.forget());
            tell_alarms();
        }
    } else if (device == Device::ecg) {
        sink_.waves(waves_.flush());
        ecg_rate_.reset();
        ecg_run_.ended();
        note_ecg(ecg_watch_.end());
    }
}

std::uint64_t Devices::refused(Device device) const {
    switch (device) {
    case Device::gnss:
        return gnss_ ? gnss_->refused() : 0;
    case Device::monitor:
        return monitor_refused_;
    case Device::ecg:
        return 0; // the first senseless byte ends its connection
    case Device::inputs:
        return input_lines_.refused();
    }
    return 0;
}

// ------------------------------------------------------------------------------------------------
// bytes

bool Devices::take_gnss(std::string_view bytes) {
    DeviceWatch& watch = watch_of(Device::gnss);
    for (const GnssReading& reading : gnss_->feed(bytes)) {
        // Without a fix it is the receiver's own clock, which is only better than none.
        if (reading.fix_mode >= 2 || clock_.now().device.us < kEarliestUtcUs) {
            clock_.gnss(reading.utc_us);
        }
        const Moment now = clock_.now();
        switch (positions_.add(reading, now.ticks)) {
        case PositionFilter::Verdict::good:
            position_t_us_ = now.device.us;
            watch.heard(now.ticks);
            break;
        case PositionFilter::Verdict::no_fix:
            watch.heard(now.ticks, "no fix");
            break;
        case PositionFilter::Verdict::implausible:
            watch.heard(now.ticks, "implausible position");
            break;
        }
    }
    return true;
}

bool Devices::take_monitor(std::string_view bytes) {
    const Moment now = clock_.now();
    DeviceWatch& watch = watch_of(Device::monitor);
    MonitorProtocol::Heard heard = monitor_protocol_->feed(bytes, now.ticks);
    tell_monitor(std::move(heard.send));
    if (heard.refused > 0) {
        monitor_refused_ += heard.refused;
        watch.heard(now.ticks, "messages make no sense");
    }
    if (!heard.trouble.empty()) {
        EMS_LOG(warn, "device", "monitor: {}", heard.trouble);
        watch.lost(heard.trouble);
    }
    for (const MonitorMessage& message : heard.messages) {
        alarms_.note(signal::AlarmOrigin::monitor, monitor_.take(message, now.device, now.ticks));
        tell_alarms();
        watch.heard(now.ticks);
    }
    return true;
}

void Devices::tell_monitor(std::vector<std::string> messages) {
    for (std::string& message : messages) {
        link_of(Device::monitor)->send(std::move(message));
    }
}

bool Devices::take_ecg(std::string_view bytes) {
    const bool had_header = ecg_box_.has_header();
    const auto blocks = ecg_box_.feed(bytes);
    if (!blocks) {
        EMS_LOG(warn, "device", "ecg: {}", blocks.error().message());
        return false;
    }
    const EcgBoxHeader& header = ecg_box_.header();
    if (!had_header && ecg_box_.has_header()) {
        const WaveBuilder::Session session = WaveBuilder::session_of(header, random_identity());
        begin_waves(session);
    }
    for (const EcgBlock& block : *blocks) {
        const Moment now = clock_.now();
        const WaveBuilder::Chunk chunk = WaveBuilder::chunk_of(header, block);
        add_waves(chunk, now);
        run_ecg(chunk, now.device, header.rate_hz);
        watch_of(Device::ecg).heard(now.ticks, block.lead_off_mask == 0 ? "ok" : "lead off");
    }
    analyse_ecg();
    return true;
}

void Devices::begin_waves(const WaveBuilder::Session& session) {
    ecg_lead_mask_ = session.lead_mask;
    sink_.waves(waves_.begin(session));
    trace_.begin(session);
    note_ecg(ecg_watch_.begin(session));
}

void Devices::add_waves(const WaveBuilder::Chunk& chunk, const Moment& now) {
    sink_.waves(waves_.add(chunk, now.device, watched()));
    sink_.trace(trace_.add(chunk, now.device, now.ticks < drawn_until_ ? Drawn::yes : Drawn::no));
    ecg_watch_.add(chunk);
}

void Devices::run_ecg(const WaveBuilder::Chunk& chunk, DeviceTime at, double samples_per_s) {
    const auto length_us = static_cast<double>(chunk.count()) * 1e6 / samples_per_s;
    ecg_run_.heard({.at = at,
                    .length = std::chrono::microseconds{std::llround(length_us)},
                    .lead_mask = ecg_lead_mask_,
                    .lead_off_mask = chunk.lead_off_mask});
}

void Devices::analyse_ecg() {
    if (!ecg_watch_.waits()) {
        return;
    }
    const Moment now = clock_.now();
    const auto pulse =
        monitor_.board().read(signal::VitalKind::pr, MonitorState::board_us(now.ticks)).value;
    const auto found = ecg_watch_.analyse(
        {alarms_.age_group(), pulse.value_or(0) > 0 ? MonitorPulse::shown : MonitorPulse::none,
         alarms_.ecg_patient()});
    date_advice(now.ticks);
    const auto bpm = ecg_watch_.rate_for_limits();
    ecg_rate_ = bpm ? std::optional{EcgRate{*bpm, now}} : std::nullopt;
    note_ecg(found);
}

void Devices::date_advice(Ticks now) {
    const signal::EcgAdvice advice = ecg_watch_.advice();
    if (advice.st_number != st_borne_.number) {
        st_borne_ = {advice.st_number, now};
    }
    if (advice.af_number != af_borne_.number) {
        af_borne_ = {advice.af_number, now};
    }
}

void Devices::note_ecg(const std::vector<wire::Alarm>& found) {
    if (!found.empty()) {
        alarms_.note(signal::AlarmOrigin::detector, found);
        tell_alarms();
    }
}

bool Devices::take_inputs(std::string_view bytes) {
    const Ticks now = clock_.now().ticks;
    for (const InputReading& reading : input_lines_.feed(bytes)) {
        inputs_.take(reading, now);
        watch_of(Device::inputs).heard(now);
    }
    return true;
}

// ------------------------------------------------------------------------------------------------
// time

void Devices::tick() {
    const Moment now = clock_.now();
    if (monitor_protocol_) {
        tell_monitor(monitor_protocol_->due(now.ticks));
    }
    if (replay_) {
        play(now);
    }
    analyse_ecg();
}

void Devices::play(const Moment& now) {
    const auto since =
        std::chrono::duration_cast<std::chrono::microseconds>(now.ticks - replay_start_);
    for (const WaveBuilder::Chunk& chunk : replay_->due(since)) {
        add_waves(chunk, now);
        run_ecg(chunk, now.device, replay_rate_);
    }
    if (replay_->ended()) {
        ecg_run_.ended();
        sink_.waves(waves_.flush());
        if (!ecg_watch_.waits()) {
            note_ecg(ecg_watch_.end());
        }
    }
}

void Devices::publish_position() {
    if (const auto reading = positions_.take()) {
        position_ = PositionFilter::position_of(*reading);
        position_at_ = clock_.now().ticks;
        sink_.position(*position_, position_t_us_);
    }
    if (positions_.suspicious() != position_suspicious_) {
        position_suspicious_ = positions_.suspicious();
        wire::Alarm alarm;
        alarm.set_code("gnss_implausible");
        alarm.set_technical(true);
        alarm.set_active(position_suspicious_);
        alarms_.note(signal::AlarmOrigin::device, alarm);
    }
}

// Where the monitor gives no heart rate, the limits are judged of the ECG's, over six beats.
void Devices::tell_alarms() {
    const Ticks now = clock_.now().ticks;
    signal::VitalBoard board = monitor_.board();
    const bool has_rate =
        board.read(signal::VitalKind::hr, MonitorState::board_us(now)).value.has_value();
    if (!has_rate && ecg_rate_) {
        board.take(signal::VitalKind::hr, ecg_rate_->bpm, ecg_rate_->at.device.us,
                   MonitorState::board_us(ecg_rate_->at.ticks));
    }
    alarms_.set_probe(ecg_watch_.probe_is_on() ? signal::Probe::on : signal::Probe::unknown);
    const auto alarms = alarms_.update(board, now);
    if (!alarms.empty()) {
        sink_.alarms(alarms);
    }
}

void Devices::note_alarm(const wire::Alarm& alarm) {
    alarms_.note(signal::AlarmOrigin::device, alarm);
    tell_alarms();
}

void Devices::follow(const PatientAboard& patient) {
    if (alarms_.follow(patient) == AlarmDesk::Patient::another) {
        alarms_.note(signal::AlarmOrigin::monitor, monitor_.next_patient(clock_.now().ticks));
        alarms_.note(signal::AlarmOrigin::detector, ecg_watch_.next_patient());
        tell_alarms();
    }
}

void Devices::second() {
    const Moment now = clock_.now();
    publish_position();
    if (const auto vitals = this->vitals()) {
        sink_.vitals(*vitals, now.device.us);
    }
    if (const auto inputs = input_report_.change(inputs_, now.ticks)) {
        sink_.inputs(*inputs);
    }
    alarms_.note(signal::AlarmOrigin::monitor, monitor_.age(now.ticks));
    for (auto& watch : watches_) {
        if (watch) {
            if (const auto alarm = watch->check(now.ticks)) {
                alarms_.note(signal::AlarmOrigin::device, *alarm);
            }
        }
    }
    tell_alarms();
}

// ------------------------------------------------------------------------------------------------
// what is known

Watched Devices::watched() const {
    return clock_.now().ticks < watched_until_ ? Watched::yes : Watched::no;
}

const wire::Position* Devices::position() const {
    return position_ ? &*position_ : nullptr;
}

const wire::Position* Devices::position(std::chrono::milliseconds age_max) const {
    return position_ && clock_.now().ticks - position_at_ < age_max ? &*position_ : nullptr;
}

std::optional<wire::Vitals> Devices::vitals() const {
    const Ticks now = clock_.now().ticks;
    auto vitals = monitor_.vitals(now);
    const auto since_us = [now](Ticks at) {
        return std::chrono::duration_cast<std::chrono::microseconds>(now - at).count();
    };
    const auto advice = signal::to_wire(ecg_watch_.advice(),
                                        {since_us(st_borne_.at), since_us(af_borne_.at)});
    // Electrodes on their hook need no message of their own.
    if (advice && (vitals || alarms_.is_attended())) {
        vitals = vitals ? std::move(vitals) : std::optional<wire::Vitals>{std::in_place};
        *vitals->mutable_ecg() = *advice;
    }
    if (vitals) {
        vitals->set_limits_of(wire_group(alarms_.age_group()));
    }
    return vitals;
}

std::map<std::string, std::string> Devices::health() const {
    const Ticks now = clock_.now().ticks;
    std::map<std::string, std::string> health;
    for (const auto& watch : watches_) {
        if (watch) {
            health[watch->name()] = watch->health(now);
        }
    }
    if (replay_) {
        health["ecg"] = replay_->ended() ? "replay ended" : "replay";
    }
    if (std::string trouble = ecg_watch_.trouble(); !trouble.empty()) {
        health["ecg_analysis"] = std::move(trouble);
    }
    return health;
}

} // namespace ems::vehicle
