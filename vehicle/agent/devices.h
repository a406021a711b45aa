// The devices on board and their connections: receiver, monitor, ECG module (or a recording in its
// place), inputs of the vehicle. Checked values go to the sink; each device has its health and,
// when it falls silent, its alarm. Everything runs on the io_context's thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/agent/alarm_desk.h"
#include "vehicle/agent/device_watch.h"
#include "vehicle/agent/ecg_replay.h"
#include "vehicle/agent/ecg_run.h"
#include "vehicle/agent/ecg_watch.h"
#include "vehicle/agent/input_report.h"
#include "vehicle/agent/monitor_state.h"
#include "vehicle/agent/position_filter.h"
#include "vehicle/agent/trace_tap.h"
#include "vehicle/agent/vehicle_clock.h"
#include "vehicle/agent/wave_builder.h"
#include "vehicle/device/byte_link.h"
#include "vehicle/device/ecg_box.h"
#include "vehicle/device/gnss.h"
#include "vehicle/device/inputs.h"
#include "vehicle/device/monitor.h"

namespace ems::vehicle {

struct DevicesConfig {
    DeviceAddress gnss{};
    GnssForm gnss_form{GnssForm::nmea};
    DeviceAddress monitor{};
    MonitorForm monitor_form{MonitorForm::pds};
    // Of the monitor: then it is lost and the connection made anew. Its numbers are shown for 10 s
    // whatever this is.
    std::chrono::milliseconds monitor_silence{10'000};
    DeviceAddress ecg{};
    DeviceAddress inputs{};
    std::string ecg_record{}; // WFDB record in place of the ECG module; "": none
    double ecg_record_speed{1};
    double time_scale{1};
};

class DeviceSink {
  public:
    virtual ~DeviceSink() = default;
    virtual void position(const wire::Position& position, std::int64_t t_us) = 0;
    virtual void vitals(const wire::Vitals& vitals, std::int64_t t_us) = 0;
    virtual void inputs(const wire::VehicleInputs& inputs) = 0;
    virtual void waves(const std::vector<BuiltBatch>& batches) = 0; // may be empty
    virtual void trace(const std::vector<wire::WaveBatch>& batches) = 0; // likewise
    virtual void alarms(const std::vector<wire::Alarm>& alarms) = 0;
};

class Devices {
  public:
    // `io`, `clock` and `sink` outlive it.
    Devices(boost::asio::io_context& io, DevicesConfig config, VehicleClock& clock,
            DeviceSink& sink);
    Devices(const Devices&) = delete;
    Devices& operator=(const Devices&) = delete;

    // Loads the recording, if one is to be played; blocking. Errors: it cannot be played.
    Result<void> load();
    void start();
    // Says farewell where a device expects it, and gives what waits. No callback runs afterwards.
    void stop();
    // At least every kDeviceTick.
    void tick();
    // Once a second: what is published at that rate, and what ended by age.
    void second();
    // Waves are gathered for a watcher until then.
    void watch(Ticks until) { watched_until_ = until; }
    // The trace of the crew's own screen is given until then.
    void draw(Ticks until) { drawn_until_ = until; }
    // Found by the owner itself: the spool. Goes to the sink with what else there is to tell.
    void note_alarm(const wire::Alarm& alarm);
    // Whose numbers and alarms these are. Another patient: those of the last one end at once.
    void follow(const PatientAboard& patient);
    // Found in the ECG at its full rate (AlarmOrigin::detector): beginnings and ends.
    void note_ecg(const std::vector<wire::Alarm>& found);
    [[nodiscard]] AlarmDesk& alarms() { return alarms_; }

    [[nodiscard]] Watched watched() const;
    // The last published one; nothing before the first. Of any age, or none older than `age_max`.
    [[nodiscard]] const wire::Position* position() const;
    [[nodiscard]] const wire::Position* position(std::chrono::milliseconds age_max) const;
    [[nodiscard]] std::optional<wire::Vitals> vitals() const;
    [[nodiscard]] const EcgRun& ecg_run() const { return ecg_run_; }
    // "gnss" -> "ok", "monitor" -> "no data 12 s (not connected: ...)"
    [[nodiscard]] std::map<std::string, std::string> health() const;

  private:
    enum class Device : std::uint8_t { gnss, monitor, ecg, inputs };
    static constexpr std::size_t kDevices = 4;

    void open(boost::asio::io_context& io, Device device, const DeviceAddress& address);
    void opened(Device device);
    bool take(Device device, std::string_view bytes);
    void closed(Device device, const std::string& reason, DeviceAddress::Kind kind);
    DeviceWatch& watch_of(Device device);
    std::optional<ByteLink>& link_of(Device device);

    bool take_gnss(std::string_view bytes);
    bool take_monitor(std::string_view bytes);
    bool take_ecg(std::string_view bytes);
    bool take_inputs(std::string_view bytes);
    void tell_monitor(std::vector<std::string> messages);
    void play(const Moment& now);
    // The next slice of the ECG that waits.
    void analyse_ecg();
    void begin_waves(const WaveBuilder::Session& session);
    void add_waves(const WaveBuilder::Chunk& chunk, const Moment& now);
    void run_ecg(const WaveBuilder::Chunk& chunk, DeviceTime at, double samples_per_s);
    void date_advice(Ticks now);
    void publish_position();
    void tell_alarms();
    // Lines and messages dropped, of the connection that ends.
    [[nodiscard]] std::uint64_t refused(Device device) const;

    boost::asio::io_context& io_;
    const DevicesConfig config_;
    VehicleClock& clock_;
    DeviceSink& sink_;
    bool stopped_{false};
    std::array<std::optional<ByteLink>, kDevices> links_;
    std::array<std::optional<DeviceWatch>, kDevices> watches_;

    std::unique_ptr<GnssParser> gnss_;
    PositionFilter positions_;
    bool position_suspicious_{false};
    std::optional<wire::Position> position_;
    Ticks position_at_{};
    std::int64_t position_t_us_{0};

    std::unique_ptr<MonitorProtocol> monitor_protocol_;
    std::uint64_t monitor_refused_{0};
    MonitorState monitor_;
    AlarmDesk alarms_;

    EcgBoxParser ecg_box_;
    WaveBuilder waves_;
    TraceTap trace_;
    EcgWatch ecg_watch_;
    EcgRun ecg_run_;
    std::uint32_t ecg_lead_mask_{0}; // of the session
    double replay_rate_{0};          // samples a second of each lead
    struct EcgRate {
        std::int32_t bpm{0};
        Moment at{};
    };
    std::optional<EcgRate> ecg_rate_;
    // When what the running measurement says was last borne out, by its number.
    struct Borne {
        std::uint64_t number{0};
        Ticks at{};
    };
    Borne st_borne_;
    Borne af_borne_;
    Ticks watched_until_{};
    Ticks drawn_until_{};
    std::optional<EcgReplay> replay_;
    Ticks replay_start_{};

    InputParser input_lines_;
    VehicleInputs inputs_;
    InputReport input_report_;
};

} // namespace ems::vehicle
