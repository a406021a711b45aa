// How vehicles, links and servers do, live in the terminal or once.
#include <chrono>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "dispatch/app/ctl/terminal.h"
#include "dispatch/app/ctl/top_view.h"
#include "dispatch/app/ctl/verbs.h"

namespace ems::ctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kAskEvery{1000};
constexpr milliseconds kAnswerWithin{3000};
constexpr milliseconds kKeyWait{50};
// ems-telemetryd writes every second; two statuses so far apart differ.
constexpr milliseconds kBetweenTwo{1200};
constexpr int kStatusesMost = 4;

api::ClientFrame question() {
    api::ClientFrame frame;
    frame.mutable_get_fleet_status();
    return frame;
}

void once(Session& session) {
    TopView view;
    for (int i = 0; i < kStatusesMost && !view.has_rates(); ++i) {
        if (i > 0) {
            session.follow(kBetweenTwo, [](const client::Event&) { return true; });
        }
        api::ServerFrame reply = session.ask(question());
        // Without such a server nothing is written that rates could be made of.
        const bool nobody_writes = reply.fleet_status().telemetry().empty();
        view.take(std::move(*reply.mutable_fleet_status()), steady_clock::now());
        if (nobody_writes) {
            break;
        }
    }
    if (session.options().json) {
        std::puts(view.json(steady_clock::now()).c_str());
        return;
    }
    for (const std::string& line : view.lines(steady_clock::now(), {})) {
        std::puts(line.c_str());
    }
}

// One question at a time; the screen goes on whether it is answered or not.
class Live {
  public:
    explicit Live(Session& session) : session_(session) {}

    void run() {
        api::ServerFrame first = session_.ask(question());
        view_.take(std::move(*first.mutable_fleet_status()), steady_clock::now());
        Terminal terminal;
        draw(terminal);
        while (!terminal.ended() && !quit_) {
            ask();
            const bool news = listen();
            const bool pressed = take_keys(terminal);
            if (news || pressed || terminal.resized() ||
                steady_clock::now() - drawn_at_ >= kAskEvery) {
                draw(terminal);
            }
        }
    }

  private:
    void ask() {
        const auto now = steady_clock::now();
        if (asked_ == 0 && now - asked_at_ >= kAskEvery) {
            asked_ = session_.client().send(question(), kAnswerWithin);
            asked_at_ = now;
        }
    }
    bool listen() {
        bool news = false;
        session_.follow(kKeyWait, [this, &news](const client::Event& event) {
            const auto* const phase = std::get_if<client::PhaseChanged>(&event);
            if (phase != nullptr && phase->phase == client::Phase::refused) {
                throw Stop{1, describe(phase->error, session_.language())};
            }
            const auto* const reply = std::get_if<client::ReplyArrived>(&event);
            if (reply != nullptr && reply->request == asked_) {
                asked_ = 0;
                news = true;
                if (reply->frame) {
                    view_.take(reply->frame->fleet_status(), steady_clock::now());
                } else {
                    view_.set_trouble(describe(reply->frame.error(), session_.language()));
                }
            }
            return true;
        });
        return news;
    }
    bool take_keys(Terminal& terminal) {
        bool pressed = false;
        while (const auto key = terminal.key()) {
            quit_ = quit_ || *key == 'q';
            pressed = view_.press(*key) || pressed;
        }
        return pressed;
    }
    void draw(Terminal& terminal) {
        const Terminal::Size size = terminal.size();
        drawn_at_ = steady_clock::now();
        terminal.draw(view_.lines(drawn_at_, {size.columns, size.lines}));
    }

    Session& session_;
    TopView view_;
    client::RequestId asked_{0};
    steady_clock::time_point asked_at_{steady_clock::now()};
    steady_clock::time_point drawn_at_{};
    bool quit_{false};
};

} // namespace

void add_top(CLI::App& app, Deed& chosen) {
    const auto only_once = std::make_shared<bool>(false);
    CLI::App* const verb =
        app.add_subcommand("top", "vehicles, links and servers, each second; keys: q quits, sort "
                                  "by n name, h heard, p position, r rate, "
                                  "u unstored, g gaps");
    verb->add_flag("--once", *only_once, "print one table and leave; the same without a terminal");
    verb->callback([&chosen, only_once] {
        chosen = [only_once](Session& session) {
            if (*only_once || session.options().json || !Terminal::check()) {
                once(session);
            } else {
                Live{session}.run();
            }
        };
    });
}

} // namespace ems::ctl
