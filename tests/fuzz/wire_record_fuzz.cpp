// What vehicles send upwards, as ems-telemetryd reads it. The first byte says which message the
// rest is.
#include "telemetry/base/assert.h"
#include "telemetry/ingest/fleet.h"
#include "telemetry/ingest/ledger.h"
#include "telemetry/ingest/record.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/telemetry/wire/golden_messages.h"

namespace {

using namespace ems;
using namespace ems::ingest;

const VehicleId& vehicle() {
    static const VehicleId vid = VehicleId::parse("amb-1").value();
    return vid;
}

void must_hold(const PositionRow& row) {
    EMS_ASSERT(row.lat_deg >= -90 && row.lat_deg <= 90);
    EMS_ASSERT(row.lon_deg >= -180 && row.lon_deg <= 180);
    EMS_ASSERT(row.fix_mode == 2 || row.fix_mode == 3);
    EMS_ASSERT(row.speed_cm_s >= 0 && row.course_cdeg >= 0 && row.course_cdeg < 36'000);
}

void must_hold(const VitalsRow& row) {
    for (std::size_t bit = 0; bit < kVitalsCount; ++bit) {
        // A value that the monitor calls invalid is none.
        EMS_ASSERT((row.invalid_mask >> bit & 1U) == 0 || !row.values[bit]);
    }
}

void must_hold(const WaveRow& row) {
    EMS_ASSERT(row.samples >= 0 && row.first_sample >= 0 && row.lead_mask >= 0);
}

void must_hold(const EventRow& row) {
    EMS_ASSERT(!row.event_id.empty() && row.event_id.size() <= 64);
    if (row.gap) {
        EMS_ASSERT(row.gap->from >= 1 && row.gap->from <= row.gap->to);
    }
}

void fuzz_envelope(const wire::Envelope& envelope, Ledger& ledger) {
    const auto key = check_key(vehicle(), envelope);
    if (!key) {
        return;
    }
    EMS_ASSERT(key->seq >= 1 && key->spool != 0);
    const auto record = check_record(*key, envelope, {ServerTime{1'800'000'000'000'000}});
    if (!record) {
        return;
    }
    std::visit([](const auto& row) { must_hold(row); }, record->row);
    if (ledger.arrive(*key) != Seen::first) {
        return;
    }
    ledger.settle(*key, Ledger::Outcome::inserted);
    if (const auto* event = std::get_if<EventRow>(&record->row); event != nullptr && event->gap) {
        ledger.close({key->vid, key->spool}, *event->gap);
    }
    static_cast<void>(ledger.make_ack({key->vid, key->spool}));
}

void fuzz_presence(std::string_view bytes) {
    const Moment now{Ticks{}, {1'800'000'000'000'000}};
    Fleet fleet;
    VehicleState* state = fleet.heard(vehicle(), now);
    Ledger ledger;
    const std::string text{bytes};
    if (wire::Birth birth; birth.ParseFromString(text)) {
        fleet.on_birth(*state, birth);
    }
    if (wire::LinkState link; link.ParseFromString(text)) {
        fleet.on_link_state(vehicle(), link);
    }
    if (wire::Heartbeat beat; beat.ParseFromString(text)) {
        fleet.on_heartbeat(*state, beat, now);
        ledger.want_ack({vehicle(), beat.spool()});
        for (const wire::StreamCount& count : beat.streams()) {
            if (count.stream() >= wire::STREAM_A && count.stream() <= wire::STREAM_W) {
                ledger.close_below({vehicle(), beat.spool()}, static_cast<Stream>(count.stream()),
                                   count.first_unacked());
            }
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    Ledger ledger;
    if (data[0] % 3 == 0) {
        if (wire::Envelope envelope;
            envelope.ParseFromArray(data + 1, static_cast<int>(size - 1))) {
            fuzz_envelope(envelope, ledger);
        }
    } else if (data[0] % 3 == 1) {
        if (wire::Backfill backfill;
            backfill.ParseFromArray(data + 1, static_cast<int>(size - 1))) {
            for (const wire::Envelope& envelope : backfill.records()) {
                fuzz_envelope(envelope, ledger);
            }
        }
    } else {
        fuzz_presence(bytes);
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    std::vector<std::string> seeds;
    for (const GoldenMessage& golden : golden_messages()) {
        const std::string bytes = golden.message->SerializeAsString();
        const std::string type = golden.message->GetTypeName();
        if (type == "ems.wire.Envelope") {
            seeds.push_back(std::string(1, '\0') + bytes);
        } else if (type == "ems.wire.Backfill") {
            seeds.push_back("\x01" + bytes);
        } else if (type == "ems.wire.Birth" || type == "ems.wire.Heartbeat" ||
                   type == "ems.wire.LinkState") {
            seeds.push_back("\x02" + bytes);
        }
    }
    return seeds;
}
