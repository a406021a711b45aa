#include <array>
#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/ingest/ingest_body.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::ingest {
namespace {

wire::UpKind kind_of(Stream stream) {
    switch (stream) {
    case Stream::events:
        return wire::UpKind::evt;
    case Stream::positions:
        return wire::UpKind::gps;
    case Stream::vitals:
        return wire::UpKind::vit;
    case Stream::waves:
        return wire::UpKind::wav;
    }
    return wire::UpKind::evt;
}

} // namespace

// All of it or nothing: the sender is told of the whole. Repeats take no lane's room but a pledge
// each: without a bound of their own a database outage would gather them for ever.
bool Ingest::Body::has_room(const Delivery& delivery) const {
    if (pledges.open_count() + delivery.records.size() > kPledgesMax) {
        return false;
    }
    std::array<std::size_t, kPaths.size()> wanted{};
    for (const wire::Envelope& envelope : delivery.records) {
        if (envelope.stream() >= wire::STREAM_A && envelope.stream() <= wire::STREAM_W) {
            ++wanted[static_cast<std::size_t>(path_of(static_cast<Stream>(envelope.stream())))];
        }
    }
    for (std::size_t i = 0; i < kPaths.size(); ++i) {
        const Waiting& behind = waiting[i];
        if (wanted[i] > 0 &&
            behind.count() + wanted[i] > behind.capacity) {
            return false;
        }
    }
    return true;
}

void Ingest::Body::deliver(Delivery&& delivery, DeliveryDone&& done) {
    ++counters.deliveries;
    if (!take_delivery(delivery, done)) {
        ++counters.deliveries_refused;
        done(DeliveryOutcome::refused);
    }
}

bool Ingest::Body::take_delivery(const Delivery& delivery, DeliveryDone& done) {
    VehicleState* vehicle = nullptr;
    if (!stopping && registry && is_registered(delivery.vid) && has_room(delivery)) {
        vehicle = fleet.heard_by_terminal(delivery.vid, {clock.ticks(), clock.server_now()});
    }
    if (vehicle == nullptr) {
        return false;
    }
    const Pledges::Handle pledge = Pledges::begin(std::move(done));
    for (const wire::Envelope& envelope : delivery.records) {
        take_delivered(delivery, envelope, *vehicle, pledge);
    }
    Pledges::seal(pledge);
    return true;
}

void Ingest::Body::take_delivered(const Delivery& delivery, const wire::Envelope& envelope,
                                  VehicleState& vehicle, const Pledges::Handle& pledge) {
    const auto key = check_key(delivery.vid, envelope);
    if (!key) {
        // A key of ours that is none: nothing of it can be stored, and it would never be better.
        ++counters.unreadable;
        EMS_LOG(error, "ingest", "delivered without a key vid={}", delivery.vid.str());
        return;
    }
    if (!pledges.add(pledge, *key)) {
        ++counters.repeated;
        return;
    }
    auto record =
        check_record(*key, envelope, {clock.server_now(), delivery.lane, registry->time_scale});
    if (!record) {
        reject(*key,
               excerpt_of(wire::up_topic(config.region, delivery.vid, kind_of(key->stream)),
                          envelope.SerializeAsString()),
               record.error(), Known::by_key);
        return;
    }
    record->known = Known::by_key;
    accept(std::move(*record), vehicle);
}

void Ingest::deliver(Delivery delivery, DeliveryDone done) {
    body_->deliver(std::move(delivery), std::move(done));
}

void Ingest::heard_by_terminal(const VehicleId& vid) {
    if (body_->registry && body_->is_registered(vid)) {
        body_->fleet.heard_by_terminal(vid, {body_->clock.ticks(), body_->clock.server_now()});
    }
}

Result<TerminalEntry> Ingest::find_terminal(const std::string& number) {
    if (!body_->registry) {
        return fail(Code::db_down, "the registry has not been read yet");
    }
    const auto found = body_->registry->terminals.find(number);
    if (found == body_->registry->terminals.end()) {
        body_->stranger_seen = true; // it may have been registered just now
        return fail(Code::not_found, "terminal " + number);
    }
    return found->second;
}

} // namespace ems::ingest
