#include "telemetry/base/assert.h"
#include "vehicle/sim/scenario.h"

namespace ems::sim {
namespace {

constexpr std::string_view kTexts = R"(
scenario stable                      # sinus rhythm, nothing alarming

scenario chest_pain                  # man of 58: an anterior infarction after two minutes
complaint 胸痛|胸闷痛|心梗|心前区|chest pain
at 0    heart_rate 104
at 0    systolic 124
at 0    diastolic 78
at 0    breath_rate 21
at 0    oxygen 93
at 0    infarction anterior
at 0    elevation 0.12               # half a millimetre at most
at 120  heart_rate 109
at 120  systolic 104
at 120  diastolic 68
at 120  breath_rate 22
at 120  oxygen 88
at 120  elevation 1 over 30

scenario inferior_infarction
complaint 下壁|上腹剧痛
at 0    heart_rate 58
at 0    systolic 96
at 0    diastolic 60
at 0    infarction inferior
at 0    elevation 1
at 0    oxygen 95
at 240  rhythm av_block_1
at 360  rhythm av_block_2_wenckebach

scenario cardiac_arrest              # fibrillation, compressions, a shock, circulation back
complaint 心脏骤停|心跳骤停|呼之不应|cardiac arrest
at 0    heart_rate 112
at 0    systolic 98
at 0    diastolic 62
at 0    oxygen 90
at 0    pvc_share 0.15
at 0    capnograph on
at 45   ectopy salvos
at 60   rhythm ventricular_fibrillation
at 80   compressions 110
at 200  compressions 0
at 210  rhythm pulseless_electrical_activity
at 215  compressions 110
at 330  compressions 0
at 335  rhythm sinus
at 335  pvc_share 0
at 335  oxygen 97
at 335  breath_rate 12
at 335  systolic 105

scenario haemorrhage                 # 2 % of the blood a minute until it is stopped
complaint 大出血|刀刺伤|刺伤|外伤出血|major bleeding
at 0    heart_rate 92
at 0    breath_rate 20
at 0    volume 90
at 0    bleeding 2
at 720  bleeding 0

scenario complete_heart_block
complaint 晕厥|syncope
at 0    rhythm av_block_3
at 0    systolic 108
at 0    diastolic 58

scenario atrial_fibrillation
complaint 心悸|心慌|palpitation
at 0    rhythm atrial_fibrillation
at 0    heart_rate 132
at 0    systolic 118
at 0    diastolic 76

scenario respiratory_failure
complaint 呼吸困难|气促|喘憋|shortness of breath
at 0    heart_rate 98
at 0    breath_rate 30
at 0    oxygen 84
at 0    capnograph on
at 300  oxygen 92 over 120           # oxygen helps
at 300  breath_rate 24 over 120

scenario long_qt                     # training: torsades that end by themselves, once
at 0    heart_rate 54
at 0    ectopy bigeminy
at 60   rhythm torsades
at 72   rhythm sinus

scenario pacemaker
at 0    rhythm paced

scenario bumpy_road                  # training: every artefact in turn
at 30   motion 30
at 60   motion 0
at 60   muscle 0.15
at 90   muscle 0
at 90   mains 0.3
at 120  mains 0
at 120  wander 1
at 150  wander 0
at 150  electrodes_off C2
at 180  electrodes_off none
at 180  probe off
at 210  probe on
)";

ScenarioBook read_texts() {
    ScenarioBook book;
    const Result<void> added = book.add(kTexts, "scenario_texts.cpp");
    EMS_ASSERT(added.has_value());
    return book;
}

} // namespace

const ScenarioBook& built_in_scenarios() {
    static const ScenarioBook book = read_texts();
    return book;
}

} // namespace ems::sim
