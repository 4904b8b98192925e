// A host in miniature that is killed by its test: starts a runner, prints the runner's process id, and stays in a call.
//   stub_host RUNNER PLUGIN idle|spin
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "sdk/runner/process.h"

int main(int argc, char** argv) {
  using namespace smm::runner;
  if (argc != 4) return 2;
  Options options;
  options.program = argv[1];
  options.call_cpu = std::chrono::hours{1};
  options.call_patience = std::chrono::hours{1};
  auto started = Process::start(options, ::open(argv[2], O_RDONLY | O_CLOEXEC));
  if (!std::holds_alternative<std::unique_ptr<Process>>(started)) return 3;
  Process& process = *std::get<0>(started);
  smm_config config{};
  config.struct_size = sizeof config;
  if (!std::holds_alternative<Opened>(process.open("test", config, {}))) return 4;
  std::printf("%d\n", process.pid());
  std::fflush(stdout);
  if (std::string_view(argv[3]) == "spin") {
    smm_place_input input{};
    input.struct_size = sizeof input;
    input.link = lend("spin");
    smm_call call{};
    call.struct_size = sizeof call;
    call.operation = SMM_PROVIDER_PLACE;
    call.input = &input;
    static_cast<void>(process.call(SMM_PROVIDER_ID, call, {}));
  }
  for (;;) ::pause();
}
