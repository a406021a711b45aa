// What of the registry the ingest needs: the region's vehicles and their terminals.
#include <utility>

#include "telemetry/ingest/archive.h"

namespace ems::ingest {

namespace asio = boost::asio;
using pg::Params;

namespace {

using Terminals = std::map<std::string, TerminalEntry>;

asio::awaitable<Result<Terminals>> load_terminals(pg::Connection& db, RegionCode region) {
    auto rows = co_await db.query(R"(
select t.number, t.vid, v.plate, t.terminal_id from registry.terminal t join registry.vehicle v using (vid)
where v.region = $1 limit 10000)",
                                  Params::of(region.str()));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    Terminals terminals;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::string, std::string, std::string, std::string>(i);
        if (!row) {
            co_return Failure{std::move(row).error()};
        }
        auto& [number, vid_text, plate, terminal_id] = *row;
        if (auto vid = VehicleId::parse(vid_text)) {
            terminals.emplace(std::move(number), TerminalEntry{std::move(*vid), std::move(plate),
                                                               std::move(terminal_id)});
        }
    }
    co_return terminals;
}

} // namespace

asio::awaitable<Result<Registry>> load_registry(pg::Connection& db, RegionCode region) {
    Registry registry;
    auto scale = co_await db.query("select time_scale from registry.region where code = $1",
                                   Params::of(region.str()));
    if (!scale) {
        co_return Failure{std::move(scale).error()};
    }
    if (scale->empty()) {
        co_return fail(Code::not_found, "region " + region.str() + " is not in the registry");
    }
    auto value = scale->get<double>(0, 0);
    if (!value) {
        co_return Failure{std::move(value).error()};
    }
    registry.time_scale = *value;
    auto rows =
        co_await db.query("select vid, region from registry.vehicle where region = $1 limit 10000",
                          Params::of(region.str()));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::string>(i);
        if (!row) {
            co_return Failure{std::move(row).error()};
        }
        if (auto vid = VehicleId::parse(std::get<0>(*row))) {
            registry.vehicles.emplace(std::move(*vid), region);
        }
    }
    auto terminals = co_await load_terminals(db, region);
    if (!terminals) {
        co_return Failure{std::move(terminals).error()};
    }
    registry.terminals = std::move(*terminals);
    co_return registry;
}

} // namespace ems::ingest
