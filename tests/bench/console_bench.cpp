// Figures of the desk by software rendering. The widgets are the console's own, fed by made-up messages, but for `resync`.
#include "tests/bench/console_bench.h"

#include <CLI/CLI.hpp>

#include "telemetry/base/log.h"

#include <QApplication>

namespace ems::bench {

World::World() : desk{feed, clock, theme} {
    feed.link(console::LinkChange::State::up);
    feed.log_in();
    desk.start();
}

void World::show(const api::Snapshot& snapshot) {
    api::ServerFrame frame;
    *frame.mutable_snapshot() = snapshot;
    feed.push(std::move(frame));
    QCoreApplication::processEvents();
}

api::Snapshot county_state(int units, int incidents, std::int64_t now_us, std::mt19937& random) {
    std::uniform_real_distribution<double> place{0, 1};
    const auto put = [&](api::Place* p) {
        p->set_lat_e7(static_cast<std::int32_t>((34.82 + 0.5 * place(random)) * 1e7));
        p->set_lon_e7(static_cast<std::int32_t>((110.62 + 0.62 * place(random)) * 1e7));
    };
    api::Snapshot s;
    s.set_seq(1);
    s.set_server_us(now_us);
    for (int i = 1; i <= units; ++i) {
        auto* u = s.add_units();
        u->set_id(i);
        u->set_name("车组" + std::to_string(i));
        u->set_state(static_cast<ems::wire::UnitState>(1 + i % 11));
        u->set_link("up");
        u->set_version(1);
        auto* p = s.add_positions();
        p->set_unit_id(i);
        put(p->mutable_place());
        p->set_received_us(now_us);
        p->set_course_cdeg(static_cast<std::uint32_t>(i * 37 % 36'000));
        p->set_speed_cm_s(i % 2 == 0 ? 1'200 : 0);
    }
    for (int i = 1; i <= incidents; ++i) {
        auto* incident = s.add_incidents();
        incident->set_id(i);
        incident->set_number(std::to_string(10'000 + i));
        incident->set_level(static_cast<std::uint32_t>(1 + i % 4));
        incident->set_complaint("胸痛");
        incident->set_address("解州镇 郊斜村");
        put(incident->mutable_place());
        incident->set_state(i % 2 == 0 ? "open" : "assigned");
        incident->set_created_us(now_us - i * 1'000'000LL);
        incident->set_version(1);
        std::int64_t at_us = incident->created_us();
        for (const char* event : {"ring_start", "answered", "case_opened", "unit_assigned", "crew_ack", "wheels"}) {
            auto* stamp = incident->add_stamps();
            stamp->set_event(event);
            stamp->set_at_us(at_us += 100'000);
            if (i % 2 == 0 && stamp->event() == "case_opened") {
                break;
            }
        }
        if (i % 2 != 0) {
            auto* a = s.add_assignments();
            a->set_id(i);
            a->set_incident_id(i);
            a->set_unit_id(1 + i % units);
            a->set_state("accepted");
            a->set_version(1);
            if (auto* u = s.mutable_units(i % units); u->incident_id() == 0) {
                u->set_incident_id(i);
                u->set_assignment_id(i);
            }
        }
    }
    return s;
}

} // namespace ems::bench

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    CLI::App cli{"Figures of the console"};
    ems::bench::ServerAt server;
    int outage_s = 60;
    int soak_s = 600;
    cli.require_subcommand(1);
    auto* paint = cli.add_subcommand("paint", "map, sweep, video, queue");
    auto* resync = cli.add_subcommand("resync", "the state again after a loss of the server");
    resync->add_option("--server", server.host_port)->required();
    resync->add_option("--ca", server.ca)->required();
    resync->add_option("--cert", server.certificate)->required();
    resync->add_option("--key", server.key)->required();
    resync->add_option("--user", server.user)->required();
    resync->add_option("--password-file", server.password_file)->required();
    resync->add_option("--outage", outage_s, "seconds")->check(CLI::Range(1, 3'600));
    auto* soak = cli.add_subcommand("soak", "memory under ten-fold traffic");
    soak->add_option("--seconds", soak_s)->check(CLI::Range(60, 86'400));
    CLI11_PARSE(cli, argc, argv);
    ems::log::start("ems-bench-console");
    QApplication app{argc, argv};
    const ems::console::Theme theme{ems::console::ThemeMode::night};
    theme.applyTo(app);
    if (paint->parsed()) {
        ems::bench::measure_painting();
    }
    if (soak->parsed()) {
        ems::bench::measure_soak(soak_s);
    }
    return resync->parsed() ? ems::bench::measure_resync(server, outage_s) : 0;
}
