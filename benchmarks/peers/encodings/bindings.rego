# The fourteen clauses in Rego with three values, for each binding: a clause is the set of the bindings for which it is
# certainly violated, and with `_p` of those for which it possibly is; "" stands for someone who is not listed.
# What is certain is asked first; a field that is not there reads as what leaves it open. three.rego says what is avoided.
package bench

import rego.v1

bound := {"violated": violated, "possible": possible}

# who acts for whom; `loose` are those of whom it is not said

links := {name: object.get(actor, "acts-for", []) | some name, actor in input.actor}

loose contains name if {
	some name, actor in input.actor
	object.get(actor, "acts-for", "") == ""
}

served[called] := graph.reachable(links, starts) if {
	some called, use in input.use
	starts := {actor | actor := use.by} | {actor | some actor in use["results-to"]}
}

# the uses that may serve others, who are not listed

open contains called if {
	some called, use in input.use
	object.get(use, "by", "") == ""
}

open contains called if {
	some called, use in input.use
	object.get(use, "results-to", "") == ""
}

open contains called if {
	count(loose) > 0
	some called, actors in served
	count(actors & loose) > 0
}

# someone who is not listed, if a reference to an actor may name them

others contains "" if count(loose) > 0

others contains "" if count(open) > 0

# the police, and all for whom they act

police contains name if {
	below := data.below["law-enforcement"]
	some name, actor in input.actor
	below[object.get(actor, "kind", "law-enforcement")]
}

represented[name] := graph.reachable(links, {name}) if some name in police

takes_part contains [called, name] if {
	some name, group in represented
	some called, actors in served
	count(group & actors) > 0
}

takes_part_p contains pair if some pair in takes_part

takes_part_p contains [called, name] if {
	some called in open
	some name in police | others
}

takes_part_p contains [called, name] if {
	some name, actors in represented
	count(actors & loose) > 0
	some called, _ in input.use
}

takes_part_p contains [called, name] if {
	some name in others
	some called, _ in input.use
}

policed_p contains pair[0] if some pair in takes_part_p

# definitions

suspicious := {"access-control", "find-suspects", "watchlist-alert"}

recognising contains called if {
	below := data.below.recognise
	some called, use in input.use
	some operation in use.operation
	below[operation]
}

recognising contains called if {
	some called, use in input.use
	some purpose in use.purpose
	purpose in suspicious
}

recognising_p contains called if {
	below := data.below.recognise
	some called, use in input.use
	some operation in object.get(use, "operation", ["recognise"])
	below[operation]
}

recognising_p contains called if {
	some called, use in input.use
	some purpose in object.get(use, "purpose", ["find-suspects"])
	purpose in suspicious
}

consenting contains name if {
	some name, people in input.people
	people.consent == "explicit"
	people.youngest >= 18
	people.alternative
	"awareness" in people.quality
	"control" in people.quality
}

consenting contains name if {
	some name, people in input.people
	people.consent == "by-guardian"
	people.oldest < 18
	people.alternative
	"awareness" in people.quality
	"control" in people.quality
}

willing contains name if {
	some name, people in input.people
	object.get(people, "consent", "explicit") == "explicit"
	object.get(people, "youngest", 18) >= 18
	not people.alternative == false
	"awareness" in object.get(people, "quality", ["awareness"])
	"control" in object.get(people, "quality", ["control"])
}

willing contains name if {
	some name, people in input.people
	object.get(people, "consent", "by-guardian") == "by-guardian"
	object.get(people, "oldest", 17) < 18
	not people.alternative == false
	"awareness" in object.get(people, "quality", ["awareness"])
	"control" in object.get(people, "quality", ["control"])
}

violated := {
	"against-law": against_law,
	"against-code": against_code,
	"beyond-registration": beyond_registration,
	"exploits-young": exploits_young,
	"machine-decides": machine_decides,
	"sensitive-inference": sensitive_inference,
	"probing-automated": probing_automated,
	"probing-derived": probing_derived,
	"without-consent": without_consent,
	"infers-gender": infers_gender,
	"infers-emotion": infers_emotion,
	"us-police": us_police,
	"mobile-cameras": mobile_cameras,
	"being-watched": being_watched,
}

possible := {
	"against-law": against_law_p,
	"against-code": against_code_p,
	"beyond-registration": beyond_registration_p,
	"exploits-young": exploits_young_p,
	"machine-decides": machine_decides_p,
	"sensitive-inference": sensitive_inference_p,
	"probing-automated": probing_automated_p,
	"probing-derived": probing_derived_p,
	"without-consent": without_consent_p,
	"infers-gender": infers_gender_p,
	"infers-emotion": infers_emotion_p,
	"us-police": us_police_p,
	"mobile-cameras": mobile_cameras_p,
	"being-watched": being_watched_p,
}

# clause against-law

against_law contains [] if input.law.unlawful

against_law_p contains [] if object.get(input.law, "unlawful", true)

# clause against-code

against_code contains [] if count(against_law) > 0

against_code contains [] if count(beyond_registration) > 0

against_code contains [] if count(machine_decides) > 0

against_code contains [] if count(without_consent) > 0

against_code contains [] if count(us_police) > 0

against_code_p contains [] if count(against_law_p) > 0

against_code_p contains [] if count(beyond_registration_p) > 0

against_code_p contains [] if count(machine_decides_p) > 0

against_code_p contains [] if count(without_consent_p) > 0

against_code_p contains [] if count(us_police_p) > 0

# clause beyond-registration

beyond_registration contains called if {
	approved := data.below["approved-use"]
	some called, use in input.use
	some purpose in use.purpose
	not approved[purpose]
	gated(called, use)
}

beyond_registration contains called if {
	some called, use in input.use
	some purpose in use.purpose
	not purpose in object.get(input.registration, "use-cases", [purpose])
	gated(called, use)
}

beyond_registration contains called if {
	many := data.below["one-to-many"]
	some called, use in input.use
	"identity-verification" in use.purpose
	some operation in use.operation
	many[operation]
	gated(called, use)
}

beyond_registration_p contains called if {
	registered := object.get(input.registration, "use-cases", [])
	some called, use in input.use
	some purpose in object.get(use, "purpose", [""])
	not purpose in registered
	gated_p(called, use)
}

beyond_registration_p contains called if {
	approved := data.below["approved-use"]
	some called, use in input.use
	some purpose in use.purpose
	not approved[purpose]
	gated_p(called, use)
}

beyond_registration_p contains called if {
	many := data.below["one-to-many"]
	some called, use in input.use
	"identity-verification" in use.purpose
	some operation in object.get(use, "operation", ["one-to-many"])
	many[operation]
	gated_p(called, use)
}

gated(called, _) if called in recognising

gated(_, use) if "enrol" in use.operation

gated(_, use) if "liveness" in use.operation

gated_p(called, _) if called in recognising_p

gated_p(_, use) if "enrol" in use.operation

gated_p(_, use) if "liveness" in use.operation

# clause exploits-young

exploits_young contains [called, name] if {
	some name in young
	exploitable(input.people[name])
	some called, use in input.use
	name in use.people
}

exploits_young_p contains [called, ""] if {
	some called, use in input.use
	object.get(use, "people", "") == ""
}

exploits_young_p contains [called, name] if {
	some name, people in input.people
	not name in adult
	exploitable_p(people)
	some called, use in input.use
	name in use.people
}

young contains name if {
	some name, people in input.people
	people.youngest < object.get(data.adult_age, people.place, data.adult_age_otherwise)
}

adult contains name if {
	some name, people in input.people
	people.youngest >= object.get(data.adult_age, people.place, data.adult_age_otherwise)
}

exploitable(people) if people.exploitable

exploitable(_) if input.law.unlawful

exploitable_p(people) if object.get(people, "exploitable", true)

exploitable_p(_) if object.get(input.law, "unlawful", true)

# clause machine-decides

machine_decides contains called if {
	some called, use in input.use
	use.consequences != []
	use.decision != "person-decides"
}

machine_decides_p contains called if {
	some called, use in input.use
	not use.consequences == []
	not use.decision == "person-decides"
}

# clause sensitive-inference

sensitive_inference contains [called, name] if {
	sensitive := data.below["sensitive-trait"]
	some called, use in input.use
	some trait in use.infers
	sensitive[trait]
	count(served[called] & barred) > 0
	some name in use.people
	input.people[name].consent != "explicit"
}

sensitive_inference_p contains [called, name] if {
	sensitive := data.below["sensitive-trait"]
	some called, use in input.use
	some trait in object.get(use, "infers", ["sensitive-trait"])
	sensitive[trait]
	not called in entitled
	some name in object.get(use, "people", [""])
	not input.people[name].consent == "explicit"
}

barred contains name if {
	some name, actor in input.actor
	actor["lawful-basis"] == false
}

barred contains name if {
	some name, actor in input.actor
	actor["judicial-oversight"] == false
}

barred contains name if {
	below := data.below["law-enforcement"]
	some name, actor in input.actor
	actor.kind != "court"
	not below[actor.kind]
}

entitled contains called if {
	some called, actors in served
	not called in open
	count(actors - authorities) == 0
}

authorities contains name if {
	bodies := object.union(data.below["law-enforcement"], {"court": true})
	some name, actor in input.actor
	actor["lawful-basis"]
	actor["judicial-oversight"]
	bodies[actor.kind]
}

# clause probing-automated

probing_automated contains called if {
	some called, use in input.use
	"end-user-automation" in use.probing
	"liveness" in use.operation
}

probing_automated_p contains called if {
	some called, use in input.use
	"liveness" in object.get(use, "operation", ["liveness"])
	"end-user-automation" in object.get(use, "probing", ["end-user-automation"])
}

# clause probing-derived

probing_derived contains called if {
	some called, use in input.use
	"derivative-application" in use.probing
	"liveness" in use.operation
}

probing_derived_p contains called if {
	some called, use in input.use
	"liveness" in object.get(use, "operation", ["liveness"])
	"derivative-application" in object.get(use, "probing", ["derivative-application"])
}

# clause without-consent

without_consent contains [called, name] if {
	some called, use in input.use
	some name in use.people
	not name in willing
	touches(called, use)
	called in lawless
}

without_consent_p contains [called, name] if {
	some called, use in input.use
	some name in object.get(use, "people", [""])
	not name in consenting
	touches_p(called, use)
	not called in lawful
}

touches(called, _) if called in recognising

touches(_, use) if "enrol" in use.operation

touches_p(called, _) if called in recognising_p

touches_p(_, use) if "enrol" in use.operation

lawless contains called if {
	input.registration.sector != "public"
	some called, _ in input.use
}

lawless contains called if {
	public := data.below["public-use"]
	some called, use in input.use
	some purpose in use.purpose
	not public[purpose]
}

lawless contains called if {
	some name, actor in input.actor
	actor["lawful-basis"] == false
	some called, actors in served
	name in actors
}

lawful contains called if {
	input.registration.sector == "public"
	some called, use in input.use
	is_array(use.purpose)
	not called in lawless
	not called in open
	count(served[called] - based) == 0
}

based contains name if {
	some name, actor in input.actor
	actor["lawful-basis"]
}

# clause infers-gender

infers_gender contains called if {
	some called, use in input.use
	"gender" in use.infers
}

infers_gender_p contains called if {
	some called, use in input.use
	"gender" in object.get(use, "infers", ["gender"])
}

# clause infers-emotion

infers_emotion contains called if {
	some called, use in input.use
	"emotion" in use.infers
}

infers_emotion_p contains called if {
	some called, use in input.use
	"emotion" in object.get(use, "infers", ["emotion"])
}

# clause us-police

us_police contains pair if {
	some pair in takes_part
	actor := input.actor[pair[1]]
	data.below["law-enforcement"][actor.kind]
	data.below.US[actor.jurisdiction]
}

us_police_p contains pair if {
	some pair in takes_part_p
	data.below.US[object.get(input.actor[pair[1]], "jurisdiction", "US")]
}

us_police_p contains [called, ""] if {
	count(others) > 0
	some called, _ in input.use
}

# clause mobile-cameras

mobile_cameras contains called if {
	some called, use in input.use
	use.timing == "real-time"
	called in recognising
	seen(use)
	some name, actors in represented
	data.below["law-enforcement"][input.actor[name].kind]
	count(actors & served[called]) > 0
}

mobile_cameras_p contains called if {
	some called, use in input.use
	object.get(use, "timing", "real-time") == "real-time"
	called in recognising_p
	seen_p(use)
	called in policed_p
}

seen(use) if use.camera == []

seen(use) if {
	some name in use.camera
	camera := input.camera[name]
	data.below.mobile[camera.mount]
	camera.environment != "controlled"
}

seen_p(use) if count(object.get(use, "camera", [])) == 0

seen_p(use) if {
	some name in use.camera
	camera := input.camera[name]
	data.below.mobile[object.get(camera, "mount", "mobile")]
	not camera.environment == "controlled"
}

# clause being-watched

being_watched contains [called, name] if {
	some called in watching
	some name in input.use[called].people
	not name in willing
}

being_watched_p contains [called, name] if {
	some called in watching_p
	some name in object.get(input.use[called], "people", [""])
	not name in consenting
}

watching contains called if {
	some called, use in input.use
	some way in use.tracking
	way in {"ongoing-surveillance", "persistent-tracking"}
}

watching contains called if {
	some called in recognising
	input.use[called].timing in {"real-time", "near-real-time"}
}

watching_p contains called if {
	some called, use in input.use
	some way in object.get(use, "tracking", ["persistent-tracking"])
	way in {"ongoing-surveillance", "persistent-tracking"}
}

watching_p contains called if {
	some called in recognising_p
	object.get(input.use[called], "timing", "real-time") in {"real-time", "near-real-time"}
}
