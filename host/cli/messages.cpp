#include "host/cli/messages.h"

#include <cstdlib>
#include <cstring>

namespace smmhost {
namespace msg {

const Message kAbout{"Fulfils paid Yampi orders through SMM panels.",
                     "Atende pedidos pagos da Yampi por meio de painéis SMM."};
const Message kHelpHelp{"print this help and exit", "mostra esta ajuda e termina"};
const Message kConfigHelp{"the INI file; without it smmhost.ini of this folder, or the environment alone",
                          "o arquivo INI; sem ele, o smmhost.ini desta pasta, ou só as variáveis de ambiente"};
const Message kLangHelp{"en or pt; without it, the language of the system", "en ou pt; sem isso, o idioma do sistema"};
const Message kJsonHelp{"print JSON", "mostra JSON"};
const Message kServeAbout{"run the host: take webhooks, check profiles, buy, follow, tell Yampi",
                          "roda o programa: recebe webhooks, verifica perfis, compra, acompanha e avisa a Yampi"};
const Message kSafeModeHelp{"load only the plugins that come with the program; what needs others is held",
                            "carrega só os plugins que vêm com o programa; o que precisa de outros fica retido"};
const Message kCheckConfigAbout{"check the configuration and the plugins' settings; change nothing",
                                "verifica a configuração e os ajustes dos plugins; não muda nada"};
const Message kKeysHelp{"list every key with its meaning instead",
                        "em vez disso, lista todas as chaves e o que significam"};
const Message kMigrateAbout{"bring the database's schema up to date", "atualiza o esquema do banco de dados"};
const Message kDryRunHelp{"only say what would be done", "só diz o que seria feito"};
const Message kBackupAbout{"write a backup of the database into a new file, also while the host runs",
                           "grava uma cópia de segurança do banco num arquivo novo, mesmo com o programa rodando"};
const Message kBackupFileHelp{"the new file; it must not exist", "o arquivo novo; não pode existir ainda"};
const Message kRestoreAbout{"put a backup in place of the database; what it cannot know goes to review",
                            "coloca uma cópia no lugar do banco; o que ela não tem como saber vai para revisão"};
const Message kRestoreFileHelp{"the backup", "a cópia de segurança"};
const Message kTakenAtHelp{"when the copy was made, for one not made by `smmhost backup`: 2026-01-31T03:00:00Z",
                           "quando a cópia foi feita, se não foi com `smmhost backup`: 2026-01-31T03:00:00Z"};
const Message kMarkHelp{"only mark the configured database as restored, after pg_restore; needs --taken-at",
                        "só marca o banco configurado como restaurado, depois do pg_restore; precisa de --taken-at"};
const Message kDoctorAbout{"check on the stored rows what must always hold; changes nothing",
                           "confere nos dados gravados o que sempre tem de valer; não muda nada"};
const Message kBackedUp{
    "{}: {} bytes, the database as of {}, {} payments, {} purchases; read back and checked",
    "{}: {} bytes, o banco como estava em {}, {} pagamentos, {} compras; lido de volta e conferido"};
const Message kRestored{"restored from the backup of {}: {} payments went to review, {} purchases wait for a decision",
                        "restaurado da cópia de {}: {} pagamentos foram para revisão, {} compras esperam uma decisão"};
const Message kKeptAside{"the replaced database is kept as {}", "o banco substituído foi guardado como {}"};
const Message kAfterRestore{
    "orders made before this moment that come in again will wait for a person: `smmhost review list`",
    "pedidos feitos antes deste momento que chegarem de novo vão esperar uma pessoa: `smmhost review list`"};
const Message kNoTime{"`{}` is no time in the past; write it in UTC: 2026-01-31T03:00:00Z",
                      "`{}` não é um momento no passado; escreva em UTC: 2026-01-31T03:00:00Z"};
const Message kRestoreUsage{"say either a FILE, or --mark with --taken-at",
                            "informe ou um FILE, ou --mark com --taken-at"};
const Message kStopHostFirst{"a host is running; stop it first", "o programa está rodando; pare-o primeiro"};
const Message kStopHostsFirst{
    "hosts are running on this database: {}. Stop them first; one that died is no longer counted after {} s",
    "o programa está rodando sobre este banco: {}. Pare-o primeiro; um que morreu deixa de contar depois de {} s"};
const Message kNoDatabase{"there is no database of smmhost's yet; `smmhost migrate` makes one",
                          "ainda não há um banco do smmhost; `smmhost migrate` cria um"};
const Message kDoctorOk{"nothing is wrong", "nada está errado"};
const Message kDoctorFound{
    "something that must always hold does not; keep the database as it is and look at the payments named above",
    "algo que sempre tem de valer não vale; guarde o banco como está e veja os pagamentos citados acima"};
const Message kImportAbout{"take over products and orders from the earlier program's database",
                           "traz os produtos e os pedidos do banco do programa anterior"};
const Message kImportUrlHelp{"postgresql://user:password@host/database, sqlite:///file, or @env:NAME",
                             "postgresql://usuario:senha@host/banco, sqlite:///arquivo, ou @env:NOME"};
const Message kNoVariable{"the environment variable {} is not set", "a variável de ambiente {} não está definida"};
const Message kMigrateFirst{"the database needs `smmhost migrate` first", "o banco precisa antes de `smmhost migrate`"};
const Message kStillRuns{
    "{} other connection(s) to the earlier program's database: if it still runs, stop it first, or it buys what is "
    "taken over here",
    "{} outra(s) conexão(ões) com o banco do programa anterior: se ele ainda roda, pare-o antes, senão ele compra o "
    "que passa para cá"};
const Message kImported{
    "imported: {} products; {} lines finished, {} to fulfil, {} to review, {} cancelled; {} known already, {} unusable",
    "importado: {} produtos; {} itens concluídos, {} a atender, {} para revisão, {} cancelados; {} já conhecidos, {} "
    "sem uso possível"};
const Message kWouldImport{
    "would import: {} products; {} lines finished, {} to fulfil, {} to review, {} cancelled; {} known already, {} "
    "unusable",
    "importaria: {} produtos; {} itens concluídos, {} a atender, {} para revisão, {} cancelados; {} já conhecidos, {} "
    "sem uso possível"};
const Message kVersionAbout{"print the version", "mostra a versão"};
const Message kJobsAbout{"the periodic jobs", "as tarefas periódicas"};
const Message kJobsListAbout{"list the jobs with their last and next run",
                             "lista as tarefas, com a última e a próxima execução"};
const Message kJobsRunAbout{"run a job now", "executa uma tarefa agora"};
const Message kJobNameHelp{"the job's name, as in `jobs list`", "o nome da tarefa, como em `jobs list`"};
const Message kPaymentsAbout{"the lines of paid orders and where they stand",
                             "os itens dos pedidos pagos e em que pé estão"};
const Message kPaymentsListAbout{"list payments, newest first", "lista os pagamentos, do mais novo ao mais antigo"};
const Message kPaymentsShowAbout{"show a payment with its purchases and its timeline",
                                 "mostra um pagamento, com suas compras e seu histórico"};
const Message kStateHelp{"only payments in this state", "só pagamentos neste estado"};
const Message kOrderHelp{"only payments of this order", "só pagamentos deste pedido"};
const Message kTextHelp{
    "only payments with this text in id, SKU, user name, customization, e-mail or name (of the newest 50,000 and the "
    "open ones), or with this id, order number, user name or e-mail (of all)",
    "só pagamentos com este texto no id, SKU, usuário, personalização, e-mail ou nome (dos 50.000 mais novos e dos "
    "abertos), ou com este id, número de pedido, usuário ou e-mail (de todos)"};
const Message kLimitHelp{"at most this many, 1 to 1000", "no máximo esta quantidade, de 1 a 1000"};
const Message kAfterHelp{"continue after the payment with this id", "continua depois do pagamento com este id"};
const Message kPaymentIdHelp{"the payment's id", "o id do pagamento"};
const Message kReviewAbout{"the purchases that a person must decide", "as compras que uma pessoa precisa decidir"};
const Message kReviewListAbout{"list them with the reason", "lista essas compras com o motivo"};
const Message kReviewDecideAbout{"record your decision", "registra a sua decisão"};
const Message kPlacementHelp{"the purchase's id, as in `review list`", "o id da compra, como em `review list`"};
const Message kDecisionHelp{"placed: the panel has the order; not_placed: it has not, buy again; give_up: it ends here",
                            "placed: o painel tem o pedido; not_placed: não tem, comprar de novo; give_up: acaba aqui"};
const Message kOrderIdHelp{"the order's number at the panel, for `placed`",
                           "o número do pedido no painel, para `placed`"};
const Message kNoteHelp{"your own words, kept in the timeline", "suas palavras, guardadas no histórico"};
const Message kPluginsAbout{"the plugins of the configured folder", "os plugins da pasta configurada"};
const Message kPluginsListAbout{"list them with what they provide, and those that were refused",
                                "lista os plugins e o que oferecem, e os que foram recusados"};
const Message kPluginsWhyAbout{"say why a plugin is used, refused or unused, and which settings it takes",
                               "diz por que um plugin é usado, recusado ou não usado, e quais ajustes ele aceita"};
const Message kPluginsReloadAbout{"put a new copy of a plugin in the place of the one that serves, in the running host",
                                  "troca a cópia em uso de um plugin por uma nova, no programa em execução"};
const Message kPluginsLiftAbout{"lift the quarantine of a plugin that crashed while it was loaded",
                                "tira da quarentena um plugin que quebrou ao ser carregado"};
const Message kNoHost{"no host runs with this configuration; a plugin is loaded when one starts",
                      "nenhum programa em execução com esta configuração; o plugin é carregado na partida"};
const Message kNothingReplayed{
    "warning: nothing was replayed with {} before it took over: there are no cassettes of it in `[plugins] cassettes`",
    "aviso: nada foi reproduzido com {} antes da troca: não há cassetes dele em `[plugins] cassettes`"};
const Message kLifted{"{} is tried again at the next start or reload",
                      "{} será tentado de novo na próxima partida ou recarga"};
const Message kNothingToLift{"{} is not in quarantine", "{} não está em quarentena"};
const Message kPluginDigest{"SHA-256 {}", "SHA-256 {}"};
const Message kPluginRuns{"runs: {}", "execução: {}"};
const Message kPluginBundled{"in-process (it comes with the program)", "in-process (vem com o programa)"};
const Message kPluginJailed{"process (jailed, unless a section says isolation = in-process)",
                            "process (isolado, a menos que uma seção diga isolation = in-process)"};
const Message kPluginsCheckAbout{"check one .so file as the host would before it loads it",
                                 "verifica um arquivo .so como o programa faria antes de carregá-lo"};
const Message kPluginsDocAbout{"print its page in Markdown, made from its manifest",
                               "mostra a sua página em Markdown, feita do manifesto"};
const Message kPluginOrFileHelp{"the plugin's id, or a .so file", "o id do plugin, ou um arquivo .so"};
const Message kOnlyIniHelp{"only a section for the INI file", "apenas uma seção para o arquivo INI"};
const Message kPluginIdHelp{"the plugin's id", "o id do plugin"};
const Message kPluginFileHelp{"the .so file", "o arquivo .so"};
const Message kError{"error: {}", "erro: {}"};
const Message kWarning{"warning: {}", "aviso: {}"};
const Message kUnknownWord{"`{}` is not a command or an option", "`{}` não é um comando nem uma opção"};
const Message kUsageHint{"see: {} --help", "veja: {} --help"};
const Message kConfigBad{"the configuration has {} mistake(s); nothing was started",
                         "a configuração tem {} erro(s); nada foi iniciado"};
const Message kConfigGood{"the configuration is good", "a configuração está correta"};
const Message kListening{"smmhost {} listens on {}", "smmhost {} atende em {}"};
const Message kStopping{"stopping: what is being sent is finished first",
                        "parando: o que está sendo enviado termina antes"};
const Message kStopped{"stopped", "parado"};
const Message kNothingToMigrate{"the database is up to date", "o banco de dados já está atualizado"};
const Message kWouldApply{"would apply {}: {}", "aplicaria {}: {}"};
const Message kApplied{"applied {}: {}", "aplicado {}: {}"};
const Message kCannotReach{"the host at {} cannot be asked: {}", "não foi possível perguntar ao programa em {}: {}"};
const Message kNotOurs{"something answers at {}, but it is not smmhost; is [host] listen right?",
                       "algo responde em {}, mas não é o smmhost; o [host] listen está certo?"};
const Message kRefused{"the host refuses the admin token; is this the configuration it was started with?",
                       "o programa recusa o token de administração; é com esta configuração que ele foi iniciado?"};
const Message kHostAnswered{"the host answered {}: {}", "o programa respondeu {}: {}"};
const Message kJobStarted{"{} was started", "{} foi iniciada"};
const Message kJobEnded{"{}: {}", "{}: {}"};
const Message kNone{"nothing to show", "nada a mostrar"};
const Message kMore{"there are more: add --after {}", "há mais: acrescente --after {}"};
const Message kDecided{"{} is now {}", "{} agora está em {}"};
const Message kTimeline{"Timeline", "Histórico"};
const Message kPlacements{"Purchases", "Compras"};

const Message kPluginTaken{"the host takes it", "o programa aceita este plugin"};
const Message kPluginRefused{"refused: {}", "recusado: {}"};
const Message kPluginUsed{"used by {}", "usado por {}"};
const Message kPluginUnused{"no section of the configuration uses it", "nenhuma seção da configuração o usa"};
const Message kNoPlugins{"there is no plugin in {}; is [plugins] path right?",
                         "não há plugin em {}; o [plugins] path está certo?"};

const Message kPluginsRecordAbout{"run one operation for real and keep the exchange as a cassette, without secrets",
                                  "executa uma operação de verdade e guarda a troca como cassete, sem segredos"};
const Message kRecordNameHelp{"the provider or checker: NAME of [provider.NAME] or [checker.NAME]",
                              "o provedor ou verificador: NAME de [provider.NAME] ou [checker.NAME]"};
const Message kRecordOperationHelp{
    "place, status, cancel, refill, refill_status, balance, services, reconcile, check, media",
    "place, status, cancel, refill, refill_status, balance, services, reconcile, check, media"};
const Message kRecordFieldsHelp{
    "NAME=VALUE: service_id, link, quantity, reference, extra.NAME; ids=1,2; username, user_id, kind, limit; "
    "sent_after",
    "NAME=VALUE: service_id, link, quantity, reference, extra.NAME; ids=1,2; username, user_id, kind, limit; "
    "sent_after"};
const Message kRecordOutHelp{
    "where to write it; OPERATION.json here unless given; an existing file is kept",
    "onde gravar; OPERATION.json nesta pasta se não for dito; um arquivo existente fica como está"};
const Message kRecordAboutHelp{"what the cassette shows", "o que a cassete mostra"};
const Message kRecordMoneyHelp{
    "allow an operation that spends money or changes orders; it is in none of the books of this host",
    "permite uma operação que gasta dinheiro ou muda pedidos; ela não entra nos registros deste programa"};
const Message kRecordSentAllTheSame{"a request had been sent all the same", "uma requisição já tinha sido enviada"};
const Message kRecorded{"{}: {}", "{}: {}"};
const Message kFileExists{"{} exists already", "{} já existe"};
const Message kFileNotWritten{"{} cannot be written", "não foi possível gravar {}"};

}  // namespace msg

const std::vector<const Message*>& all_messages() {
  static const std::vector<const Message*> kAll{&msg::kAbout,
                                                &msg::kHelpHelp,
                                                &msg::kConfigHelp,
                                                &msg::kLangHelp,
                                                &msg::kJsonHelp,
                                                &msg::kServeAbout,
                                                &msg::kSafeModeHelp,
                                                &msg::kCheckConfigAbout,
                                                &msg::kKeysHelp,
                                                &msg::kMigrateAbout,
                                                &msg::kDryRunHelp,
                                                &msg::kBackupAbout,
                                                &msg::kBackupFileHelp,
                                                &msg::kRestoreAbout,
                                                &msg::kRestoreFileHelp,
                                                &msg::kTakenAtHelp,
                                                &msg::kMarkHelp,
                                                &msg::kDoctorAbout,
                                                &msg::kBackedUp,
                                                &msg::kRestored,
                                                &msg::kKeptAside,
                                                &msg::kAfterRestore,
                                                &msg::kNoTime,
                                                &msg::kRestoreUsage,
                                                &msg::kStopHostFirst,
                                                &msg::kStopHostsFirst,
                                                &msg::kNoDatabase,
                                                &msg::kDoctorOk,
                                                &msg::kDoctorFound,
                                                &msg::kImportAbout,
                                                &msg::kImportUrlHelp,
                                                &msg::kNoVariable,
                                                &msg::kMigrateFirst,
                                                &msg::kStillRuns,
                                                &msg::kImported,
                                                &msg::kWouldImport,
                                                &msg::kVersionAbout,
                                                &msg::kJobsAbout,
                                                &msg::kJobsListAbout,
                                                &msg::kJobsRunAbout,
                                                &msg::kJobNameHelp,
                                                &msg::kPaymentsAbout,
                                                &msg::kPaymentsListAbout,
                                                &msg::kPaymentsShowAbout,
                                                &msg::kStateHelp,
                                                &msg::kOrderHelp,
                                                &msg::kTextHelp,
                                                &msg::kLimitHelp,
                                                &msg::kAfterHelp,
                                                &msg::kPaymentIdHelp,
                                                &msg::kReviewAbout,
                                                &msg::kReviewListAbout,
                                                &msg::kReviewDecideAbout,
                                                &msg::kPlacementHelp,
                                                &msg::kDecisionHelp,
                                                &msg::kOrderIdHelp,
                                                &msg::kNoteHelp,
                                                &msg::kPluginsAbout,
                                                &msg::kPluginsListAbout,
                                                &msg::kPluginsWhyAbout,
                                                &msg::kPluginsCheckAbout,
                                                &msg::kPluginsDocAbout,
                                                &msg::kPluginOrFileHelp,
                                                &msg::kOnlyIniHelp,
                                                &msg::kPluginIdHelp,
                                                &msg::kPluginFileHelp,
                                                &msg::kError,
                                                &msg::kWarning,
                                                &msg::kUsageHint,
                                                &msg::kUnknownWord,
                                                &msg::kConfigBad,
                                                &msg::kConfigGood,
                                                &msg::kListening,
                                                &msg::kStopping,
                                                &msg::kStopped,
                                                &msg::kNothingToMigrate,
                                                &msg::kWouldApply,
                                                &msg::kApplied,
                                                &msg::kCannotReach,
                                                &msg::kNotOurs,
                                                &msg::kRefused,
                                                &msg::kHostAnswered,
                                                &msg::kJobStarted,
                                                &msg::kJobEnded,
                                                &msg::kNone,
                                                &msg::kMore,
                                                &msg::kDecided,
                                                &msg::kTimeline,
                                                &msg::kPlacements,
                                                &msg::kPluginTaken,
                                                &msg::kPluginRefused,
                                                &msg::kPluginUsed,
                                                &msg::kPluginUnused,
                                                &msg::kNoPlugins,
                                                &msg::kPluginsRecordAbout,
                                                &msg::kRecordNameHelp,
                                                &msg::kRecordOperationHelp,
                                                &msg::kRecordFieldsHelp,
                                                &msg::kRecordOutHelp,
                                                &msg::kRecordAboutHelp,
                                                &msg::kRecordMoneyHelp,
                                                &msg::kRecordSentAllTheSame,
                                                &msg::kRecorded,
                                                &msg::kFileExists,
                                                &msg::kFileNotWritten,
                                                &msg::kPluginsReloadAbout,
                                                &msg::kPluginsLiftAbout,
                                                &msg::kNoHost,
                                                &msg::kNothingReplayed,
                                                &msg::kLifted,
                                                &msg::kNothingToLift,
                                                &msg::kPluginDigest,
                                                &msg::kPluginRuns,
                                                &msg::kPluginBundled,
                                                &msg::kPluginJailed};
  return kAll;
}

Language choose_language(int argc, const char* const* argv) {
  const auto of = [](std::string_view name) {
    return name.starts_with("pt") ? Language::kPortuguese : Language::kEnglish;
  };
  for (int i = 1; i < argc; ++i) {
    const std::string_view word{argv[i]};
    if (word.starts_with("--lang=")) return of(word.substr(7));
    if (word == "--lang" && i + 1 < argc) return of(argv[i + 1]);
  }
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return of(value);
  }
  return Language::kEnglish;
}

}  // namespace smmhost
