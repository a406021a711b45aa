#include "telemetry/signal/alarm/alarm_engine.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

constexpr std::int64_t kS = 1'000'000;

// A patient whose numbers are said each second of the engine's clock.
class AlarmEngineTest : public testing::Test {
  protected:
    void say(VitalKind kind, std::optional<std::int32_t> value) {
        board_.take(kind, value, now_, now_);
    }
    // One second with this heart rate (or nothing said at all).
    std::vector<AlarmChange> second(VitalKind kind, std::optional<std::int32_t> value) {
        now_ += kS;
        say(kind, value);
        return update();
    }
    std::vector<AlarmChange> update() {
        auto changes = engine_.update(board_, now_);
        for (const AlarmChange& change : changes) {
            log_ += (log_.empty() ? "" : " ") +
                    std::string{change.told == Told::begins ? "+" : "-"} + change.code;
        }
        return changes;
    }
    // Until something is told; the seconds it took, -1 for none in `limit`.
    int seconds_until_told(VitalKind kind, std::optional<std::int32_t> value, int limit = 200) {
        for (int i = 1; i <= limit; ++i) {
            if (!second(kind, value).empty()) {
                return i;
            }
        }
        return -1;
    }
    void begin(const std::string& code, AlarmOrigin origin = AlarmOrigin::detector,
               AlarmPriority priority = AlarmPriority::low) {
        engine_.begin(origin, {code, AlarmKind::physiological, priority, "text"});
    }
    AlarmVerdict crew(SignalEvent event, const std::string& code = "", std::int64_t duration = 0) {
        return engine_.command({event, code, AlarmSide::crew, "nurse", duration}, now_);
    }
    AlarmView view_of(const std::string& code) {
        for (const AlarmView& one : engine_.view()) {
            if (one.code == code) {
                return one;
            }
        }
        return {};
    }
    std::string log_; // "+hr_low -hr_low"
    VitalBoard board_;
    AlarmEngine engine_;
    std::int64_t now_{1'000 * kS};
};

TEST_F(AlarmEngineTest, EveryLimitWaitsItsDelayAndSaysWhatItComparedInEveryAgeGroup) {
    for (const AlarmRow& row : alarm_rows()) {
        for (std::size_t group = 0; row.limit && group < kAgeGroups; ++group) {
            const auto threshold = row.limit->threshold.at(group);
            if (!threshold || of_cuff(row.limit->vital)) {
                continue;
            }
            AlarmEngine engine;
            engine.set_patient(static_cast<AgeGroup>(group), Needs::patient);
            const std::int32_t past = row.limit->side == LimitSide::low ? -10 : 10;
            const std::int32_t step = row.limit->vital == VitalKind::temp ? past : past / 10;
            const std::int64_t began = 5'000 * kS;
            VitalBoard breathing; // a capnograph is judged once it has seen a breath
            breathing.take(VitalKind::rr, 15, 1, began - 60 * kS);
            (void)engine.update(breathing, began - 60 * kS);
            std::int64_t told_after = -1;
            for (std::int64_t t = 0; t <= 90 && told_after < 0; ++t) {
                VitalBoard board;
                board.take(row.limit->vital, *threshold + step, 1, began + t * kS);
                for (const AlarmChange& change : engine.update(board, began + t * kS)) {
                    if (change.code == row.code) {
                        told_after = t;
                        EXPECT_EQ(change.priority, row.priority);
                        EXPECT_NE(
                            change.text.find(row.limit->side == LimitSide::low ? " < " : " > "),
                            std::string::npos);
                    }
                }
            }
            EXPECT_EQ(told_after * 1'000, row.delay_ms.at(group)) << row.code << group;
        }
    }
}

TEST_F(AlarmEngineTest, ACapnographOnItsHookIsNoAlarmUntilSomebodyBreathedIntoIt) {
    const auto silent = [&](int seconds) {
        for (int i = 0; i < seconds; ++i) {
            say(VitalKind::etco2, 0);
            second(VitalKind::rr, 0);
        }
    };
    silent(60);
    EXPECT_EQ(log_, "");
    say(VitalKind::etco2, 35);
    second(VitalKind::rr, 14);
    silent(21);
    EXPECT_NE(log_.find("+apnoea"), std::string::npos);
    engine_.next_patient();
    log_.clear();
    silent(60);
    EXPECT_EQ(log_.find('+'), std::string::npos) << "of the next patient nothing was seen yet";
}

TEST_F(AlarmEngineTest, ABreachShorterThanItsDelayIsNoAlarm) {
    for (int i = 0; i < 14; ++i) {
        second(VitalKind::spo2, 89);
    }
    for (int i = 0; i < 10; ++i) {
        second(VitalKind::spo2, 95);
    }
    EXPECT_EQ(log_, "");
}

TEST_F(AlarmEngineTest, ANumberThatReturnsForASecondBeginsTheDelayAnew) {
    for (int i = 0; i < 30; ++i) {
        second(VitalKind::spo2, 89);
        second(VitalKind::spo2, 95);
    }
    EXPECT_EQ(log_, "");
    EXPECT_EQ(seconds_until_told(VitalKind::spo2, 89), 16);
}

TEST_F(AlarmEngineTest, AnAlarmTellsTheShownNumberAndItsLimit) {
    EXPECT_EQ(seconds_until_told(VitalKind::spo2, 88), 16);
    EXPECT_EQ(view_of("spo2_low").text, "88 < 90");
    EXPECT_EQ(log_, "+spo2_low");
}

TEST_F(AlarmEngineTest, ItEndsOnlyWhenTheNumberIsBackByTheHysteresisForThreeSeconds) {
    seconds_until_told(VitalKind::hr, 45);
    EXPECT_EQ(seconds_until_told(VitalKind::hr, 51, 60), -1) << "back, not by 2";
    second(VitalKind::hr, 52);
    second(VitalKind::hr, 52);
    second(VitalKind::hr, 51);
    EXPECT_EQ(seconds_until_told(VitalKind::hr, 52, 60), 4) << "three whole seconds from anew";
    EXPECT_EQ(log_, "+hr_low -hr_low");
}

TEST_F(AlarmEngineTest, OneOrTwoSecondsWithoutANumberNeitherBeginADelayAnewNorEndAnAlarm) {
    for (int i = 0; i < 6; ++i) {
        second(VitalKind::rr, 7);
    }
    second(VitalKind::rr, std::nullopt);
    second(VitalKind::rr, 7);
    EXPECT_EQ(seconds_until_told(VitalKind::rr, 7), 3) << "the eleventh second since the first";
    second(VitalKind::rr, std::nullopt);
    second(VitalKind::rr, std::nullopt);
    second(VitalKind::rr, 7);
    EXPECT_EQ(log_, "+rr_low");
}

TEST_F(AlarmEngineTest, ANumberThatGoesMissingEndsItsAlarmAfterThreeSeconds) {
    seconds_until_told(VitalKind::hr, 45);
    EXPECT_EQ(seconds_until_told(VitalKind::hr, std::nullopt), 4);
    EXPECT_EQ(log_, "+hr_low -hr_low");
}

TEST_F(AlarmEngineTest, ACriticalSaturationThatIsLostIsNoRelief) {
    seconds_until_told(VitalKind::spo2, 70);
    ASSERT_EQ(log_, "+spo2_critical");
    for (int i = 0; i < 60; ++i) {
        second(VitalKind::spo2, std::nullopt);
    }
    EXPECT_EQ(log_, "+spo2_critical");
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
    EXPECT_EQ(seconds_until_told(VitalKind::spo2, 95), 4) << "a number that is back ends it";
}

TEST_F(AlarmEngineTest, AHighAlarmWhoseNumberIsMissingEndsWhenATechnicalOneStandsInItsPlace) {
    seconds_until_told(VitalKind::spo2, 70);
    engine_.begin(AlarmOrigin::monitor,
                  {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
    for (int i = 0; i < 10; ++i) {
        second(VitalKind::spo2, std::nullopt);
    }
    EXPECT_EQ(log_, "+spo2_critical +ecg_lead_off") << "which is of another sensor";
    engine_.begin(AlarmOrigin::monitor,
                  {"spo2_sensor_off", AlarmKind::technical, AlarmPriority::low, ""});
    second(VitalKind::spo2, std::nullopt);
    EXPECT_EQ(log_, "+spo2_critical +ecg_lead_off +spo2_sensor_off -spo2_critical");
}

TEST_F(AlarmEngineTest, AHighAlarmWhoseNumberIsMissingEndsWhenTheCrewHasSeenIt) {
    say(VitalKind::rr, 12);
    update();
    seconds_until_told(VitalKind::etco2, 5);
    for (int i = 0; i < 10; ++i) {
        second(VitalKind::etco2, std::nullopt);
    }
    EXPECT_EQ(log_, "+etco2_critical");
    crew(SignalEvent::acknowledge, "etco2_critical");
    second(VitalKind::etco2, std::nullopt);
    EXPECT_EQ(log_, "+etco2_critical -etco2_critical");
}

// A patient with a probe on his finger, and the seconds since its last number.
class NoPulse : public AlarmEngineTest {
  protected:
    NoPulse() { engine_.set_patient(AgeGroup::adult, Needs::patient); }
    void pulse(std::optional<std::int32_t> per_min, std::optional<std::int32_t> spo2) {
        now_ += kS;
        say(VitalKind::pr, per_min);
        say(VitalKind::spo2, spo2);
        if (heart_) {
            say(VitalKind::hr, heart_);
        }
        update();
    }
    void lose_it(int seconds) {
        for (int i = 0; i < seconds; ++i) {
            pulse(std::nullopt, std::nullopt);
        }
    }
    std::optional<std::int32_t> heart_;
};

TEST_F(NoPulse, IsAnAlarmTenSecondsAfterTheLastOne) {
    pulse(80, 97);
    lose_it(10);
    EXPECT_EQ(log_, "");
    lose_it(1);
    EXPECT_EQ(log_, "+pleth_no_pulse");
    EXPECT_EQ(view_of("pleth_no_pulse").priority, AlarmPriority::medium);
    for (int i = 0; i < 4; ++i) {
        pulse(80, 97);
    }
    EXPECT_EQ(log_, "+pleth_no_pulse -pleth_no_pulse");
}

TEST_F(NoPulse, UnderAHeartRateOfTheEcgIsUrgent) {
    heart_ = 80;
    pulse(80, 97);
    lose_it(11);
    EXPECT_EQ(log_, "+pleth_no_pulse");
    EXPECT_EQ(view_of("pleth_no_pulse").priority, AlarmPriority::high);
    EXPECT_EQ(view_of("pleth_no_pulse").text, "HR 80");
}

TEST_F(NoPulse, AfterACriticalSaturationIsUrgentAndStandsInItsPlace) {
    for (int i = 0; i < 9; ++i) {
        pulse(80, 70);
    }
    lose_it(11);
    EXPECT_EQ(log_, "+spo2_critical +pleth_no_pulse");
    EXPECT_EQ(view_of("pleth_no_pulse").priority, AlarmPriority::high);
    lose_it(30);
    EXPECT_EQ(log_, "+spo2_critical +pleth_no_pulse -spo2_critical");
    EXPECT_EQ(view_of("pleth_no_pulse").priority, AlarmPriority::high) << "and stays so";
}

TEST_F(NoPulse, IsMissedOfAProbeThatSawNoneOnlyWhereItsWaveIsThere) {
    heart_ = 80;
    lose_it(30);
    EXPECT_EQ(log_, "") << "no probe, as far as is known";
    engine_.set_probe(Probe::on);
    lose_it(11);
    EXPECT_EQ(log_, "+pleth_no_pulse");
}

TEST_F(NoPulse, IsNoAlarmOfAProbeThatIsOffOrOnItsHook) {
    pulse(80, 97);
    engine_.begin(AlarmOrigin::monitor,
                  {"spo2_sensor_off", AlarmKind::technical, AlarmPriority::low, ""});
    lose_it(30);
    EXPECT_EQ(log_, "+spo2_sensor_off");
    engine_.end(AlarmOrigin::monitor, "spo2_sensor_off");
    engine_.set_patient(AgeGroup::adult, Needs::nobody);
    lose_it(30);
    EXPECT_EQ(log_, "+spo2_sensor_off -spo2_sensor_off");
}

TEST_F(AlarmEngineTest, WhoDoesNotBreatheWhenHeIsFoundIsAnAlarm) {
    engine_.set_patient(AgeGroup::adult, Needs::patient);
    for (int i = 0; i < 11; ++i) {
        say(VitalKind::etco2, 0);
        say(VitalKind::hr, 110);
        second(VitalKind::rr, 0);
    }
    EXPECT_EQ(log_, "+apnoea") << "and nothing of a capnograph that may hang on its hook";
}

TEST_F(AlarmEngineTest, ABreathThatLeadsOnTheirHookMissIsNoAlarm) {
    engine_.set_patient(AgeGroup::adult, Needs::patient);
    engine_.begin(AlarmOrigin::monitor,
                  {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
    for (int i = 0; i < 60; ++i) {
        say(VitalKind::hr, 110);
        second(VitalKind::rr, 0);
    }
    EXPECT_EQ(log_, "+ecg_lead_off");
}

TEST_F(AlarmEngineTest, AProcessThatStoodStillJudgesAnew) {
    for (int i = 0; i < 2; ++i) {
        second(VitalKind::hr, 45);
    }
    now_ += 3'600 * kS;
    EXPECT_EQ(seconds_until_told(VitalKind::hr, 45), 4) << "the delay begins anew";
    now_ += 3'600 * kS;
    EXPECT_EQ(seconds_until_told(VitalKind::hr, 60), 4) << "and so does the return";
}

TEST_F(AlarmEngineTest, ATimeBeforeTheLastIsTakenForThat) {
    seconds_until_told(VitalKind::hr, 45);
    const std::int64_t at = now_;
    now_ -= 1'000 * kS;
    update();
    crew(SignalEvent::pause_audio, "hr_low", 10 * kS);
    EXPECT_EQ(view_of("hr_low").until_us, at + 10 * kS);
    EXPECT_EQ(log_, "+hr_low");
}

TEST_F(AlarmEngineTest, ACuffReadingIsJudgedAtOnceAndADoubtOfAMomentChangesNothing) {
    EXPECT_EQ(seconds_until_told(VitalKind::nibp_sys, 80), 1);
    second(VitalKind::nibp_sys, std::nullopt);
    second(VitalKind::nibp_sys, 80);
    EXPECT_EQ(log_, "+nibp_low");
    second(VitalKind::nibp_sys, 100);
    EXPECT_EQ(log_, "+nibp_low -nibp_low");
}

TEST_F(AlarmEngineTest, ACuffReadingThatHasExpiredHoldsNoAlarm) {
    second(VitalKind::nibp_sys, 80);
    now_ += 540 * kS;
    update();
    EXPECT_EQ(log_, "+nibp_low");
    now_ += kS;
    update();
    now_ += 3 * kS;
    update();
    EXPECT_EQ(log_, "+nibp_low -nibp_low");
}

TEST_F(AlarmEngineTest, ThePulseIsJudgedWhenTheEcgGivesNoRate) {
    say(VitalKind::hr, std::nullopt);
    for (int i = 0; i < 9; ++i) {
        now_ += kS;
        say(VitalKind::hr, std::nullopt);
        say(VitalKind::pr, 130);
        update();
    }
    EXPECT_EQ(log_, "+hr_high");
    EXPECT_EQ(view_of("hr_high").text, "130 > 120");
}

TEST_F(AlarmEngineTest, ALethalLimitHidesTheOrdinaryOneAndGivesItBack) {
    seconds_until_told(VitalKind::hr, 30);
    EXPECT_EQ(log_, "+hr_extreme_low");
    for (int i = 0; i < 20; ++i) {
        second(VitalKind::hr, 30);
    }
    EXPECT_EQ(log_, "+hr_extreme_low") << "one event of the body, one alarm";
    for (int i = 0; i < 5; ++i) {
        second(VitalKind::hr, 45);
    }
    EXPECT_EQ(log_, "+hr_extreme_low +hr_low -hr_extreme_low");
}

TEST_F(AlarmEngineTest, AsystoleHidesTheLowRateThatFollowsFromIt) {
    seconds_until_told(VitalKind::hr, 45);
    begin("asystole");
    second(VitalKind::hr, 0);
    EXPECT_EQ(log_, "+hr_low +asystole -hr_low");
    for (int i = 0; i < 30; ++i) {
        second(VitalKind::hr, 0);
    }
    EXPECT_EQ(log_, "+hr_low +asystole -hr_low");
}

TEST_F(AlarmEngineTest, FibrillationHidesWhatIsHiddenByWhatItHides) {
    begin("vf");
    begin("asystole");
    for (int i = 0; i < 30; ++i) {
        second(VitalKind::hr, 200);
    }
    EXPECT_EQ(log_, "+vf");
}

TEST_F(AlarmEngineTest, WithTheLeadsOffWhatIsSaidOfTheEcgIsNotBelieved) {
    engine_.begin(AlarmOrigin::detector,
                  {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
    begin("asystole");
    update();
    EXPECT_EQ(log_, "+ecg_lead_off");
    engine_.end(AlarmOrigin::detector, "ecg_lead_off");
    update();
    EXPECT_EQ(log_, "+ecg_lead_off +asystole") << "believed at once";
    now_ += AlarmEngine::kTechnicalReleaseUs;
    update();
    EXPECT_EQ(log_, "+ecg_lead_off +asystole -ecg_lead_off");
}

TEST_F(AlarmEngineTest, LeadsThatAreOffMaskOnlyWhatTheirOwnSourceSays) {
    engine_.begin(AlarmOrigin::monitor,
                  {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
    begin("asystole", AlarmOrigin::monitor);
    begin("vf");
    update();
    EXPECT_EQ(log_, "+vf +ecg_lead_off") << "the module's electrodes are on";
}

TEST_F(AlarmEngineTest, LeadsThatADeviceCallsOffMaskWhatBothSay) {
    engine_.begin(AlarmOrigin::device,
                  {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
    begin("asystole", AlarmOrigin::monitor);
    begin("vf");
    update();
    EXPECT_EQ(log_, "+ecg_lead_off");
}

TEST_F(AlarmEngineTest, AContactThatFlickersIsOneAlarmUntilThreeSecondsAfterItsLast) {
    for (int i = 0; i < 60; ++i) {
        now_ += kS;
        if (i % 3 == 0) {
            engine_.begin(AlarmOrigin::device,
                          {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
        } else {
            engine_.end(AlarmOrigin::device, "ecg_lead_off");
        }
        update();
    }
    EXPECT_EQ(log_, "+ecg_lead_off");
    now_ += kS - 1;
    update();
    EXPECT_EQ(log_, "+ecg_lead_off");
    now_ += 1;
    update();
    EXPECT_EQ(log_, "+ecg_lead_off -ecg_lead_off");
}

TEST_F(AlarmEngineTest, WhatASecondSignalBearsOutIsBelievedWithTheLeadsOff) {
    engine_.begin(AlarmOrigin::monitor,
                  {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
    begin("asystole", AlarmOrigin::second_signal);
    update();
    EXPECT_EQ(log_, "+asystole +ecg_lead_off");
}

TEST_F(AlarmEngineTest, ALethalAlarmLatchesUntilItIsAcknowledged) {
    begin("vf");
    update();
    engine_.end(AlarmOrigin::detector, "vf");
    now_ += kS;
    update();
    EXPECT_EQ(log_, "+vf -vf") << "the condition has ended, and that is told";
    EXPECT_EQ(view_of("vf").presence, Presence::latched);
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
    EXPECT_EQ(crew(SignalEvent::acknowledge, "vf"), AlarmVerdict::done);
    EXPECT_TRUE(engine_.view().empty());
    EXPECT_FALSE(engine_.sounding());
}

TEST_F(AlarmEngineTest, OneThatWasAcknowledgedWhileItStoodEndsWithItsCondition) {
    begin("vf");
    update();
    crew(SignalEvent::acknowledge, "vf");
    EXPECT_FALSE(engine_.sounding());
    EXPECT_EQ(view_of("vf").signal, AlarmSignal::acknowledged);
    engine_.end(AlarmOrigin::detector, "vf");
    update();
    EXPECT_TRUE(engine_.view().empty());
    begin("vf");
    update();
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high) << "another occurrence sounds";
}

TEST_F(AlarmEngineTest, ALatchedOneThatComesAgainInsideAPauseSounds) {
    begin("vf");
    update();
    crew(SignalEvent::pause_audio, "vf");
    engine_.end(AlarmOrigin::detector, "vf");
    update();
    EXPECT_FALSE(engine_.sounding());
    begin("vf");
    update();
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
}

TEST_F(AlarmEngineTest, AnOrdinaryAlarmDoesNotLatch) {
    seconds_until_told(VitalKind::hr, 45);
    seconds_until_told(VitalKind::hr, 70);
    EXPECT_TRUE(engine_.view().empty());
}

TEST_F(AlarmEngineTest, APauseEndsByItselfAndSaysWhoAndUntilWhen) {
    seconds_until_told(VitalKind::hr, 45);
    EXPECT_EQ(crew(SignalEvent::pause_audio, "hr_low", 30 * kS), AlarmVerdict::done);
    EXPECT_FALSE(engine_.sounding());
    const AlarmView view = view_of("hr_low");
    EXPECT_EQ(view.signal, AlarmSignal::audio_paused);
    EXPECT_EQ(view.author, "nurse");
    EXPECT_EQ(view.until_us, now_ + 30 * kS);
    for (int i = 0; i < 29; ++i) {
        second(VitalKind::hr, 45);
    }
    EXPECT_FALSE(engine_.sounding());
    second(VitalKind::hr, 45);
    EXPECT_EQ(engine_.sounding(), AlarmPriority::medium);
    EXPECT_EQ(view_of("hr_low").author, "");
}

TEST_F(AlarmEngineTest, OfAHighAlarmOnlyTheSoundCanBePaused) {
    for (const AlarmRow& row : alarm_rows()) {
        AlarmEngine engine;
        const bool lethal = row.priority == AlarmPriority::high;
        for (const SignalEvent event :
             {SignalEvent::stop_audio, SignalEvent::pause_alarm, SignalEvent::stop_alarm}) {
            EXPECT_EQ(engine.command({event, std::string{row.code}, AlarmSide::crew, "", 0}, now_),
                      lethal ? AlarmVerdict::refused_lethal : AlarmVerdict::done)
                << row.code;
        }
        EXPECT_EQ(
            engine.command(
                {SignalEvent::pause_audio, std::string{row.code}, AlarmSide::crew, "", 0}, now_),
            AlarmVerdict::done)
            << row.code;
    }
}

TEST_F(AlarmEngineTest, NobodyButTheCrewQuietensTheVehicle) {
    begin("vf");
    seconds_until_told(VitalKind::spo2, 88);
    for (const AlarmSide side : {AlarmSide::hospital, AlarmSide::centre}) {
        for (std::size_t event = 0; event < kSignalEvents; ++event) {
            for (const char* code : {"", "vf", "spo2_low", "gnss_lost"}) {
                EXPECT_EQ(
                    engine_.command({static_cast<SignalEvent>(event), code, side, "x", 0}, now_),
                    AlarmVerdict::refused_side);
            }
        }
    }
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
    for (const AlarmView& view : engine_.view()) {
        EXPECT_EQ(view.signal, AlarmSignal::on) << view.code;
    }
}

TEST_F(AlarmEngineTest, WhatNoPersonCausesAndTooLongAPauseAreRefused) {
    begin("vf");
    update();
    for (const SignalEvent event :
         {SignalEvent::expire, SignalEvent::escalate, SignalEvent::ended}) {
        EXPECT_EQ(crew(event, "vf"), AlarmVerdict::refused);
    }
    EXPECT_EQ(crew(SignalEvent::pause_audio, "vf", AlarmEngine::kPauseUsMax), AlarmVerdict::done);
    EXPECT_EQ(crew(SignalEvent::pause_audio, "vf", AlarmEngine::kPauseUsMax + 1),
              AlarmVerdict::refused);
    EXPECT_EQ(crew(SignalEvent::pause_audio, "vf", -1), AlarmVerdict::refused);
    EXPECT_EQ(crew(SignalEvent::acknowledge, "nonsense"), AlarmVerdict::unknown_alarm);
    EXPECT_EQ(crew(SignalEvent::acknowledge, "hr_low"), AlarmVerdict::not_standing);
}

TEST_F(AlarmEngineTest, WithoutACodeEveryStandingAlarmIsMeant) {
    begin("vf");
    seconds_until_told(VitalKind::spo2, 88);
    EXPECT_EQ(crew(SignalEvent::pause_audio), AlarmVerdict::done);
    EXPECT_FALSE(engine_.sounding());
    second(VitalKind::nibp_sys, 70);
    EXPECT_EQ(engine_.sounding(), AlarmPriority::medium) << "a new one sounds";
    EXPECT_EQ(crew(SignalEvent::stop_alarm), AlarmVerdict::done) << "of those that may";
    EXPECT_EQ(view_of("vf").signal, AlarmSignal::audio_paused);
    AlarmEngine silent;
    EXPECT_EQ(silent.command({SignalEvent::acknowledge, "", AlarmSide::crew, "", 0}, now_),
              AlarmVerdict::not_standing);
}

TEST_F(AlarmEngineTest, OneThatBecameHighIsNotSwitchedOffAnyMore) {
    for (int i = 0; i < 16 + 120; ++i) {
        second(VitalKind::spo2, 88);
    }
    ASSERT_EQ(view_of("spo2_low").priority, AlarmPriority::high);
    EXPECT_EQ(crew(SignalEvent::stop_alarm, "spo2_low"), AlarmVerdict::refused_lethal);
    EXPECT_EQ(crew(SignalEvent::pause_audio, "spo2_low"), AlarmVerdict::done);
}

TEST_F(AlarmEngineTest, WhatIsSwitchedOffHidesNothing) {
    EXPECT_EQ(crew(SignalEvent::stop_alarm, "nibp_low"), AlarmVerdict::done);
    say(VitalKind::nibp_sys, 80);
    second(VitalKind::nibp_mean, 50);
    EXPECT_EQ(log_, "+nibp_low +nibp_mean_low");
    EXPECT_EQ(engine_.sounding(), AlarmPriority::medium);
    crew(SignalEvent::restore, "nibp_low");
    update();
    EXPECT_EQ(log_, "+nibp_low +nibp_mean_low -nibp_mean_low");
}

TEST_F(AlarmEngineTest, ATechnicalAlarmThatIsSwitchedOffStandsInThePlaceOfNothing) {
    engine_.set_patient(AgeGroup::adult, Needs::patient);
    crew(SignalEvent::stop_alarm, "spo2_sensor_off");
    seconds_until_told(VitalKind::spo2, 70);
    engine_.begin(AlarmOrigin::monitor,
                  {"spo2_sensor_off", AlarmKind::technical, AlarmPriority::low, ""});
    for (int i = 0; i < 10; ++i) {
        second(VitalKind::spo2, std::nullopt);
    }
    EXPECT_EQ(log_, "+spo2_critical +spo2_sensor_off");
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
}

TEST_F(AlarmEngineTest, AllSoundsOnAgainMeansAlsoThoseThatDoNotStandNow) {
    seconds_until_told(VitalKind::spo2, 88);
    crew(SignalEvent::pause_audio);
    seconds_until_told(VitalKind::spo2, 95);
    ASSERT_EQ(view_of("spo2_low").signal, AlarmSignal::audio_paused);
    EXPECT_EQ(crew(SignalEvent::restore), AlarmVerdict::done);
    seconds_until_told(VitalKind::spo2, 88);
    EXPECT_EQ(engine_.sounding(), AlarmPriority::medium);
    EXPECT_EQ(crew(SignalEvent::acknowledge, "gnss_lost"), AlarmVerdict::not_standing);
}

TEST_F(AlarmEngineTest, WhatTheCrewSwitchedOffIsToldToTheCentreAllTheSame) {
    EXPECT_EQ(crew(SignalEvent::stop_alarm, "spo2_low"), AlarmVerdict::done);
    seconds_until_told(VitalKind::spo2, 88);
    EXPECT_EQ(log_, "+spo2_low");
    EXPECT_FALSE(engine_.sounding());
    EXPECT_EQ(view_of("spo2_low").signal, AlarmSignal::alarm_off) << "and stays in sight as off";
}

TEST_F(AlarmEngineTest, AnUnansweredAlarmBecomesMoreUrgentOnce) {
    seconds_until_told(VitalKind::spo2, 88);
    EXPECT_EQ(seconds_until_told(VitalKind::spo2, 88), 120);
    EXPECT_EQ(log_, "+spo2_low +spo2_low");
    EXPECT_EQ(view_of("spo2_low").priority, AlarmPriority::high);
    EXPECT_EQ(seconds_until_told(VitalKind::spo2, 88, 400), -1);
}

TEST_F(AlarmEngineTest, AnAcknowledgedAlarmDoesNotBecomeMoreUrgent) {
    seconds_until_told(VitalKind::spo2, 88);
    crew(SignalEvent::acknowledge, "spo2_low");
    EXPECT_EQ(seconds_until_told(VitalKind::spo2, 88, 400), -1);
}

TEST_F(AlarmEngineTest, ASensorOnItsHookSoundsOnlyWhenAPatientHangsOnIt) {
    engine_.begin(AlarmOrigin::monitor,
                  {"ecg_lead_off", AlarmKind::technical, AlarmPriority::low, ""});
    for (int i = 0; i < 100; ++i) {
        now_ += kS;
        update();
    }
    EXPECT_EQ(log_, "+ecg_lead_off") << "told, not escalated";
    EXPECT_TRUE(engine_.view().empty());
    EXPECT_FALSE(engine_.sounding());
    engine_.set_patient(AgeGroup::adult, Needs::patient);
    EXPECT_EQ(engine_.sounding(), AlarmPriority::low);
    for (int i = 0; i <= 60; ++i) {
        now_ += kS;
        update();
    }
    EXPECT_EQ(engine_.sounding(), AlarmPriority::medium);
}

TEST_F(AlarmEngineTest, AMonitorsOwnAlarmOfTheTableNeedsNoDelayAndCountsOnce) {
    begin("hr_high", AlarmOrigin::monitor, AlarmPriority::high);
    update();
    EXPECT_EQ(log_, "+hr_high");
    EXPECT_EQ(view_of("hr_high").priority, AlarmPriority::high) << "the more urgent of the two";
    for (int i = 0; i < 20; ++i) {
        second(VitalKind::hr, 130);
    }
    EXPECT_EQ(log_, "+hr_high");
    engine_.end(AlarmOrigin::monitor, "hr_high");
    second(VitalKind::hr, 130);
    EXPECT_EQ(log_, "+hr_high") << "the limit is broken still";
    for (int i = 0; i < 5; ++i) {
        second(VitalKind::hr, 100);
    }
    EXPECT_EQ(log_, "+hr_high -hr_high");
}

TEST_F(AlarmEngineTest, AnAlarmThatBecomesMoreUrgentIsNotAcknowledgedAnyMore) {
    begin("hr_high", AlarmOrigin::monitor, AlarmPriority::medium);
    update();
    crew(SignalEvent::acknowledge, "hr_high");
    now_ += kS;
    begin("hr_high", AlarmOrigin::monitor, AlarmPriority::high);
    update();
    EXPECT_EQ(log_, "+hr_high +hr_high");
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
}

TEST_F(AlarmEngineTest, AlarmsThatTheTableDoesNotKnowAreToldAndBounded) {
    for (int i = 0; i < 100; ++i) {
        begin("monitor_" + std::to_string(i), AlarmOrigin::monitor, AlarmPriority::medium);
    }
    EXPECT_EQ(engine_.dropped(), 100 - AlarmEngine::kOthersMax);
    EXPECT_EQ(update().size(), AlarmEngine::kOthersMax);
    for (int i = 0; i < 100; ++i) {
        engine_.end(AlarmOrigin::monitor, "monitor_" + std::to_string(i));
    }
    EXPECT_EQ(update().size(), AlarmEngine::kOthersMax);
    EXPECT_TRUE(engine_.view().empty());
    begin("monitor_1000", AlarmOrigin::monitor);
    EXPECT_EQ(update().size(), 1U) << "there is room again";
    begin("", AlarmOrigin::monitor);
    begin(std::string(AlarmEngine::kTextMax + 1, 'x'), AlarmOrigin::monitor);
    EXPECT_TRUE(update().empty());
}

TEST_F(AlarmEngineTest, TheSameOriginRaisesAndLowersWhatItSays) {
    const auto says = [&](AlarmPriority priority, const std::string& text) {
        now_ += kS;
        engine_.begin(AlarmOrigin::monitor,
                      {"monitor_1", AlarmKind::physiological, priority, text});
        update();
        return view_of("monitor_1");
    };
    EXPECT_EQ(says(AlarmPriority::low, "PVC").priority, AlarmPriority::low);
    crew(SignalEvent::stop_alarm, "monitor_1");
    const AlarmView high = says(AlarmPriority::high, "run of PVC");
    EXPECT_EQ(high.priority, AlarmPriority::high);
    EXPECT_EQ(high.text, "run of PVC");
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
    EXPECT_EQ(says(AlarmPriority::medium, "PVC").priority, AlarmPriority::medium);
    EXPECT_EQ(log_, "+monitor_1 +monitor_1 +monitor_1");
    engine_.begin(AlarmOrigin::detector,
                  {"monitor_1", AlarmKind::physiological, AlarmPriority::low, ""});
    update();
    EXPECT_EQ(view_of("monitor_1").priority, AlarmPriority::medium) << "the more urgent of two";
}

TEST_F(AlarmEngineTest, AMonitorsOwnHighAlarmOfTheBodyCountsAsLethal) {
    begin("monitor_1", AlarmOrigin::monitor, AlarmPriority::high);
    update();
    EXPECT_EQ(crew(SignalEvent::stop_alarm, "monitor_1"), AlarmVerdict::refused_lethal);
    engine_.end(AlarmOrigin::monitor, "monitor_1");
    update();
    update();
    EXPECT_EQ(log_, "+monitor_1 -monitor_1");
    EXPECT_EQ(view_of("monitor_1").presence, Presence::latched);
    EXPECT_EQ(engine_.sounding(), AlarmPriority::high);
    EXPECT_EQ(crew(SignalEvent::acknowledge, "monitor_1"), AlarmVerdict::done);
    update();
    EXPECT_TRUE(engine_.view().empty());
    EXPECT_EQ(crew(SignalEvent::acknowledge, "monitor_1"), AlarmVerdict::unknown_alarm);
}

TEST_F(AlarmEngineTest, LatchedOnesThatOnlyAMonitorKnowsTakeNoRoomOfNewOnes) {
    for (std::size_t i = 0; i <= AlarmEngine::kOthersMax; ++i) {
        const std::string code = "monitor_" + std::to_string(i);
        now_ += kS;
        begin(code, AlarmOrigin::monitor, AlarmPriority::high);
        update();
        engine_.end(AlarmOrigin::monitor, code);
        update();
    }
    EXPECT_EQ(engine_.dropped(), 0U);
    EXPECT_EQ(engine_.view().size(), AlarmEngine::kOthersMax);
    EXPECT_EQ(view_of("monitor_0").presence, Presence::absent) << "the oldest made room";
}

TEST_F(AlarmEngineTest, ATextThatIsTooLongIsCutBetweenCharacters) {
    std::string text = "xx"; // no whole character ends at the bound
    for (int i = 0; i < 30; ++i) {
        text += "\xe5\xbf\x83"; // three bytes
    }
    engine_.begin(AlarmOrigin::monitor,
                  {"monitor_1", AlarmKind::physiological, AlarmPriority::low, text});
    update();
    EXPECT_EQ(view_of("monitor_1").text, text.substr(0, 2 + 20 * 3));
    EXPECT_EQ(
        engine_.command({SignalEvent::acknowledge, "monitor_1", AlarmSide::crew, text, 0}, now_),
        AlarmVerdict::done);
    EXPECT_EQ(view_of("monitor_1").author, text.substr(0, 2 + 20 * 3));
}

TEST_F(AlarmEngineTest, WhatWasToldIsKnownOverARestart) {
    begin("asystole");
    second(VitalKind::nibp_sys, 70);
    const std::uint64_t told = engine_.told();
    EXPECT_EQ(told, 1ULL << static_cast<unsigned>(AlarmId::asystole) |
                        1ULL << static_cast<unsigned>(AlarmId::nibp_low));
    std::vector<std::string> codes;
    for (const AlarmChange& change : AlarmEngine::ends_of(told)) {
        EXPECT_EQ(change.told, Told::ends);
        codes.push_back(change.code);
    }
    EXPECT_EQ(codes, (std::vector<std::string>{"asystole", "nibp_low"}));
    EXPECT_TRUE(AlarmEngine::ends_of(0).empty());
}

TEST_F(AlarmEngineTest, WhatWaitsForAnAcknowledgementWaitsOverARestart) {
    begin("vf");
    begin("monitor_7", AlarmOrigin::monitor, AlarmPriority::high);
    begin("vt"); // hidden
    begin("hr_high", AlarmOrigin::monitor);
    update();
    engine_.end(AlarmOrigin::detector, "vf");
    engine_.end(AlarmOrigin::detector, "vt");
    update();
    const auto waiting = engine_.unacknowledged();
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(waiting[0].code, "vf");
    EXPECT_EQ(waiting[1].code, "monitor_7") << "it stands, and is lethal";

    AlarmEngine next;
    for (const AlarmChange& one : waiting) {
        next.latch(one, now_);
    }
    EXPECT_TRUE(next.update(board_, now_ + kS).empty()) << "nothing to tell: it ended long ago";
    ASSERT_EQ(next.view().size(), 2U);
    EXPECT_EQ(next.view()[0].presence, Presence::latched);
    EXPECT_EQ(next.view()[0].text, "text");
    EXPECT_EQ(next.sounding(), AlarmPriority::high);
    EXPECT_EQ(next.unacknowledged().size(), 2U) << "and over the restart after that";
    EXPECT_EQ(next.command({SignalEvent::acknowledge, "", AlarmSide::crew, "nurse", 0}, now_ + kS),
              AlarmVerdict::done);
    (void)next.update(board_, now_ + 2 * kS);
    EXPECT_TRUE(next.view().empty());
    EXPECT_TRUE(next.unacknowledged().empty());
}

TEST_F(AlarmEngineTest, OneThatWaitsFromAnEarlierRunBeginsAnewWhenItStands) {
    engine_.latch({"vf", AlarmKind::physiological, AlarmPriority::high, Told::ends, ""}, now_);
    begin("vf");
    update();
    EXPECT_EQ(log_, "+vf");
    engine_.next_patient();
    engine_.latch({"hr_low", AlarmKind::physiological, AlarmPriority::high, Told::ends, ""}, now_);
    EXPECT_NE(view_of("hr_low").presence, Presence::latched) << "which does not latch";
}

TEST_F(AlarmEngineTest, TheNextPatientInheritsNeitherLatchNorDelayNorPause) {
    begin("vf");
    update();
    engine_.end(AlarmOrigin::detector, "vf");
    crew(SignalEvent::stop_alarm, "hr_low");
    for (int i = 0; i < 12; ++i) {
        second(VitalKind::spo2, 88);
    }
    EXPECT_EQ(crew(SignalEvent::pause_audio, "gnss_lost"), AlarmVerdict::done);
    engine_.next_patient();
    EXPECT_TRUE(engine_.view().empty()) << "nor what was decided of the vehicle's own";
    EXPECT_EQ(seconds_until_told(VitalKind::spo2, 88), 16);
}

TEST_F(AlarmEngineTest, WhatWasToldOfTheLastPatientEndsBeforeTheNextOnesBegins) {
    begin("vf");
    second(VitalKind::nibp_sys, 80);
    EXPECT_EQ(log_, "+vf +nibp_low");
    engine_.next_patient();
    board_ = {};
    update();
    EXPECT_EQ(log_, "+vf +nibp_low -vf -nibp_low +vf") << "the detector says it still";
}

TEST_F(AlarmEngineTest, TheLimitsFollowTheAgeGroup) {
    for (int i = 0; i < 20; ++i) {
        second(VitalKind::hr, 130);
    }
    EXPECT_EQ(log_, "+hr_high");
    engine_.set_patient(AgeGroup::child, Needs::patient);
    for (int i = 0; i < 5; ++i) {
        second(VitalKind::hr, 130);
    }
    EXPECT_EQ(log_, "+hr_high -hr_high") << "160 in a child";
    engine_.set_patient(AgeGroup::infant, Needs::patient);
    for (int i = 0; i < 20; ++i) {
        second(VitalKind::hr, 90);
    }
    EXPECT_EQ(log_, "+hr_high -hr_high +hr_low");
}

} // namespace
} // namespace ems::signal
