#include <cohort/tasks/tasks.hpp>

#include <cohort/tasks/adding.hpp>
#include <cohort/tasks/anti_reach.hpp>
#include <cohort/tasks/center_out_reach_hatsopoulos_2007.hpp>
#include <cohort/tasks/context_decision.hpp>
#include <cohort/tasks/context_integration_mante_2013.hpp>
#include <cohort/tasks/copy.hpp>
#include <cohort/tasks/cue_accumulation.hpp>
#include <cohort/tasks/delay_comparison.hpp>
#include <cohort/tasks/delayed_match_to_sample.hpp>
#include <cohort/tasks/delayed_nonmatch_to_sample_miconi_2017.hpp>
#include <cohort/tasks/delayed_xor.hpp>
#include <cohort/tasks/episodes.hpp>
#include <cohort/tasks/flip_flop.hpp>
#include <cohort/tasks/from_file.hpp>
#include <cohort/tasks/go_nogo.hpp>
#include <cohort/tasks/images.hpp>
#include <cohort/tasks/interval_discrimination.hpp>
#include <cohort/tasks/mimic.hpp>
#include <cohort/tasks/multisensory.hpp>
#include <cohort/tasks/paired_association.hpp>
#include <cohort/tasks/pattern_generation.hpp>
#include <cohort/tasks/patterns.hpp>
#include <cohort/tasks/perceptual_decision.hpp>
#include <cohort/tasks/periodic_target_sussillo_2009.hpp>
#include <cohort/tasks/probabilistic_reasoning.hpp>
#include <cohort/tasks/reach_emg_sussillo_2015.hpp>
#include <cohort/tasks/ready_set_go.hpp>
#include <cohort/tasks/sequential_mnist.hpp>
#include <cohort/tasks/sine_generation_murray_2019.hpp>
#include <cohort/tasks/store_recall.hpp>
#include <cohort/tasks/yang_2019.hpp>

namespace cohort {

const Registry<Task>& tasks() {
  static const Registry<Task> table("task", {
                                                registry_entry<Adding, Task>(),
                                                registry_entry<AntiReach, Task>(),
                                                registry_entry<CenterOutReachHatsopoulos2007, Task>(),
                                                registry_entry<ContextDecision, Task>(),
                                                registry_entry<ContextIntegrationMante2013, Task>(),
                                                registry_entry<Copy, Task>(),
                                                registry_entry<CueAccumulation, Task>(),
                                                registry_entry<DelayComparison, Task>(),
                                                registry_entry<DelayedMatchToSample, Task>(),
                                                registry_entry<DelayedNonmatchToSampleMiconi2017, Task>(),
                                                registry_entry<DelayedXor, Task>(),
                                                registry_entry<Episodes, Task>(),
                                                registry_entry<FlipFlop, Task>(),
                                                registry_entry<FromFile, Task>(),
                                                registry_entry<GoNogo, Task>(),
                                                registry_entry<Images, Task>(),
                                                registry_entry<IntervalDiscrimination, Task>(),
                                                registry_entry<Mimic, Task>(),
                                                registry_entry<Multisensory, Task>(),
                                                registry_entry<PairedAssociation, Task>(),
                                                registry_entry<PatternGeneration, Task>(),
                                                registry_entry<Patterns, Task>(),
                                                registry_entry<PerceptualDecision, Task>(),
                                                registry_entry<PeriodicTargetSussillo2009, Task>(),
                                                registry_entry<ProbabilisticReasoning, Task>(),
                                                registry_entry<ReachEmgSussillo2015, Task>(),
                                                registry_entry<ReadySetGo, Task>(),
                                                registry_entry<SequentialMnist, Task>(),
                                                registry_entry<SineGenerationMurray2019, Task>(),
                                                registry_entry<StoreRecall, Task>(),
                                                registry_entry<Yang2019, Task>(),
                                            });
  return table;
}

}  // namespace cohort
