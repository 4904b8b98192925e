// What `smmhost demo` says, in English and Brazilian Portuguese.
#pragma once

#include "host/cli/messages.h"

namespace smmhost::demo_text {

inline constexpr Message kAbout{
    "Shows the main job against a simulated shop, panels and look-ups; needs no account and no network",
    "Mostra o trabalho principal com uma loja, painéis e consultas simulados; sem conta e sem rede"};
inline constexpr Message kKeepHelp{"Keep the database and the log, and say where they are",
                                   "Mantém o banco de dados e o log e diz onde estão"};
inline constexpr Message kIntro{
    "smmhost {}: {} orders in a simulated world on this machine (a Yampi shop, two SMM panels, two look-up APIs)",
    "smmhost {}: {} pedidos em um mundo simulado nesta máquina (uma loja Yampi, dois painéis SMM, duas APIs de "
    "consulta)"};
inline constexpr Message kHostRuns{"the host runs at {}", "o host está em {}"};
inline constexpr Message kProgress{"{:>5.1f} s   {} of {} orders as expected",
                                   "{:>5.1f} s   {} de {} pedidos como esperado"};
inline constexpr Message kOperator{"operator: {}", "operador: {}"};
inline constexpr Message kEvidence{
    "{}: {}. In the panel's own list stands order {} for this link, so it was bought",
    "{}: {}. Na lista do próprio painel está o pedido {} para este link, portanto foi comprado"};
inline constexpr Message kNoEvidence{
    "{}: {}. The panel's own list has no order for this link, so it was not bought",
    "{}: {}. A lista do próprio painel não tem pedido para este link, portanto não foi comprado"};
inline constexpr Message kTakePart{"{}: {}. What was delivered is taken as done",
                                   "{}: {}. O que foi entregue é aceito como concluído"};
inline constexpr Message kBuyAgain{"{}: {}. It is bought again", "{}: {}. Será comprado de novo"};
inline constexpr Message kTopUp{"worldsmm's balance is empty; it is topped up",
                                "o saldo da worldsmm acabou; é recarregado"};
inline constexpr Message kOpened{"{} makes the profile public", "{} abre o perfil"};
inline constexpr Message kCancels{"the customer cancels {}", "o cliente cancela {}"};
inline constexpr Message kPays{"the customer pays the boleto of {}", "o cliente paga o boleto de {}"};
inline constexpr Message kGoesDown{"worldsmm refuses connections for a moment",
                                   "a worldsmm recusa conexões por um momento"};
inline constexpr Message kComesUp{"worldsmm is back", "a worldsmm voltou"};
inline constexpr Message kForgery{"a forged webhook was answered {}", "um webhook forjado recebeu {}"};
inline constexpr Message kNotJson{"a signed webhook that is no JSON was kept and answered {}",
                                  "um webhook assinado que não é JSON foi guardado e recebeu {}"};

inline constexpr Message kColumnOrder{"order", "pedido"};
inline constexpr Message kColumnWhat{"what it shows", "o que mostra"};
inline constexpr Message kColumnBecame{"became", "resultado"};
inline constexpr Message kColumnTold{"shop was told", "loja soube"};
inline constexpr Message kColumnCost{"cost", "custo"};
inline constexpr Message kColumnAsExpected{"expected?", "esperado?"};
inline constexpr Message kYes{"yes", "sim"};
inline constexpr Message kNo{"NO", "NÃO"};
inline constexpr Message kExpectedGot{"{}: expected {}, got {}", "{}: esperado {}, obtido {}"};
inline constexpr Message kLedger{"{}: spent by the panel's books {} {}, recorded by the host {} {}, left {} {}",
                                 "{}: gasto nos livros do painel {} {}, registrado pelo host {} {}, saldo {} {}"};
inline constexpr Message kBooksDiffer{"the panels' books and the host's records are not the same",
                                      "os livros dos painéis e os registros do host não são iguais"};
inline constexpr Message kGood{
    "All {} orders ended as expected in {:.1f} s; every purchase stands once in the panels' books.",
    "Todos os {} pedidos terminaram como esperado em {:.1f} s; cada compra está uma só vez nos livros dos painéis."};
inline constexpr Message kBad{"{} of {} orders did not end as expected. Database and log: {}",
                              "{} de {} pedidos não terminaram como esperado. Banco de dados e log: {}"};
inline constexpr Message kKept{"Database and log: {}", "Banco de dados e log: {}"};

}  // namespace smmhost::demo_text
