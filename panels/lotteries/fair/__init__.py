"""Fair chances in a stratified lot: the core, usable without the platform.

Somebody wants a panel that looks like the city: so many women, so many from each area. People who came
forward do not look like the city, so not everybody can have the same chance. This package makes a lottery
over whole panels in which the smallest chance is as large as it can be, then the largest as small, and
then the rest as level as can be (leximin). Every panel meets every target, and holds at most one person
per address if so asked.

python -m panels.lotteries.fair select --targets TARGETS.csv --people PEOPLE.csv --size 40 --json OUT.json

How it is done, and in which file:

1. People with the same features are one type (`pool`); what holds for a panel holds for seats per type
(`targets`). 2. The best chances if a panel could hold parts of people are a proven upper bound (`bound`).
3. A thousand whole panels come as near to those chances as they can, one after another (`panels`). 4.
Where equally likely panels are not fair enough, one linear program gives them weights (`weights`). 5.
Small pools that still miss the bound are solved exactly, by column generation (`exact`). 6. Each type's
seats go round its people, in an order that chance decides (`spread`, `stream`).

`lottery` puts these together, `chances` is what results, and `report` writes it down. `feasible` names the
smallest change when targets cannot be met, `replace` fills seats again, and `reading` reads files.

What is published decides, not what was computed: the panels with their weights. Anybody can add up
everybody's chance from them, and see that each panel meets each target, without any of the code here.

Sources:

- B. Flanigan, P. Gölz, A. Gupta, B. Hennig, A. D. Procaccia: Fair algorithms for selecting citizens'
assemblies. Nature 596 (2021), 548-552. Leximin over panels by column generation. - B. Flanigan, G. Kehne,
A. D. Procaccia: Fair sortition made transparent. Advances in Neural Information Processing Systems 34
(NeurIPS 2021). Few panels with equal weights lose little of those chances. - Q. Huangfu, J. A. J. Hall:
Parallelizing the dual revised simplex method. Mathematical Programming Computation 10 (2018), 119-142. The
solver HiGHS.

Nothing here knows Django or the platform.
"""
